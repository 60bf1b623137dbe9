import type { FlowScope } from '../../contract/flow-scope.ts';
import { present } from '../../contract/present.ts';
import { type AuditEntry, listEntriesOf } from '../../store/audit/list-entries.ts';
import {
  type Cause,
  type CountedCause,
  countStates,
  type GapBounds,
  type GapValue,
  listCauses,
  listGapValues,
  type StateCounts,
} from '../../store/errors/causes.ts';
import { type ErrorTrend, loadCauseTrends } from '../../store/errors/error-trends.ts';
import { type DeadLetter, type ErrorState, listErrors } from '../../store/errors/errors.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { coverGapValues, coverTold } from './cover-told.ts';
import { allStates, type ErrorWish, findErrorFilter, openStates, requireCauses } from './error-filter.ts';
import type { ErrorMeaning } from './explain/explain-error.ts';
import { explainErrors } from './explain/explain-errors.ts';
import type { ErrorPage, Seeing } from './list-errors.ts';

/** A cause as it is listed. */
export type ListedCause = CauseDocument & {
  /** Errors of it that fit what was asked for. */
  readonly count: number;
  readonly oldest: Date;
  readonly newest: Date;
  /** One of them: its id, its key, and what was said of it. */
  readonly example: CauseExample;
};

export interface CauseExample {
  readonly id: number;
  readonly key?: string;
  readonly message: string;
}

export interface CauseDocument {
  readonly cause: number;
  readonly flow: string;
  readonly code: string;
  readonly stage: Cause['stage'];
  readonly path?: string;
  readonly at?: string;
  /** With a gap (`…`) for each value. */
  readonly message: string;
  readonly explanation: ErrorMeaning;
  /** The commonest values of the gaps, over some of the open errors. */
  readonly values: readonly GapValue[];
  readonly trend: Omit<ErrorTrend, 'oldest'>;
  readonly firstAt: Date;
  readonly assignee?: string;
  readonly tags?: readonly string[];
  readonly mutedUntil?: Date;
  readonly mutedBy?: string;
}

/** Causes of the errors that fit, those with the most first. Throws as `checkErrorWish`, and for a cursor that is none. */
export async function pageCauses(
  open: OpenDatabase,
  {
    states = openStates,
    sees = 'all',
    ...wish
  }: ErrorWish & Seeing & { readonly states?: readonly ErrorState[] },
  { limit, cursor }: PageWish,
): Promise<ErrorPage<ListedCause>> {
  requirePageSize(limit);
  const after = parseCursor('causes', ['number', 'number'], cursor);
  const { filter, notes } = await findErrorFilter(open, wish, states);
  const found = await listCauses(open.db, filter, { states, after, limit: limit + 1 });
  const page = toPage(found, { list: 'causes', limit, placeOf: ({ count, id }) => [-count, id] });
  return { ...page, items: await describeAll(open, page.items, sees), notes };
}

/** Of each cause of a list; a cause by itself is looked at whole, as far as that is quick. */
const glance: GapBounds = { errors: 500, values: 3 };
const look: GapBounds = { errors: 100_000, values: 20 };

async function describeAll(
  open: OpenDatabase,
  causes: readonly CountedCause[],
  sees: FlowScope,
): Promise<readonly ListedCause[]> {
  const { db } = open;
  const ids = causes.map(({ id }) => id);
  const found = await listErrors(db, {
    ids: causes.map(({ example }) => example),
    states: allStates,
    limit: causes.length,
  });
  const examples = await coverTold(db, found, sees);
  const values = await listGapValues(db, ids, glance);
  const trends = await loadCauseTrends(db, ids);
  const causeOf = new Map(causes.map(({ id, example }) => [example, id]));
  const explained = await explainErrors(
    db,
    examples.map((example) => {
      const ofCause = present(causeOf.get(example.id), 'the cause of its example');
      return { ...example, ofCause, state: 'open' as const };
    }),
  );
  return causes.map((cause) => {
    const example = present(
      explained.find(({ id }) => id === cause.example),
      'the example of a cause',
    );
    return {
      ...toDocument(cause, {
        explanation: example.explanation,
        values: coverGapValues(values.get(cause.id) ?? [], cause.flow, sees),
        trend: trends.get(cause.id),
      }),
      ...{ count: cause.count, oldest: cause.oldest, newest: cause.newest, example: toExample(example) },
    };
  });
}

interface Beside {
  readonly explanation: ErrorMeaning;
  readonly values: readonly GapValue[];
  readonly trend: ErrorTrend | undefined;
}

function toDocument(cause: Cause, { explanation, values, trend: given }: Beside): CauseDocument {
  const { id, flow, code, stage, path, at, message, firstAt, assignee, tags, mutedUntil, mutedBy } = cause;
  const { oldest: _oldest, ...trend } = present(given, 'the trend of a cause');
  return {
    ...{ cause: id, flow, code, stage },
    ...(path !== '' && { path }),
    ...(at !== '' && { at }),
    ...{ message, explanation, values, trend, firstAt },
    ...(assignee !== null && { assignee }),
    ...(tags.length > 0 && { tags }),
    ...(mutedUntil !== null && { mutedUntil }),
    ...(mutedBy !== null && { mutedBy }),
  };
}

function toExample({ id, key, message }: DeadLetter): CauseExample {
  return { id, ...(key !== undefined && { key }), message };
}

/** A cause with what has become of its errors, and what people have noted of it. */
export type ShownCause = CauseDocument & {
  /** How its errors stand. `state`: of the cause, as it follows from them. */
  readonly states: StateCounts;
  readonly state: ErrorState;
  /** Some of its errors, open ones first. */
  readonly errors: readonly (CauseExample & Pick<DeadLetter, 'state'>)[];
  readonly audit?: readonly AuditEntry[];
};

/** Which flows are looked at, and of which values are shown; all, if left out. */
export type CauseSight = Seeing & { readonly flows?: FlowScope };

const mostShown = 10;

/** Throws a Fault TL_NOT_FOUND where there is no such cause of these flows. */
export async function findCause(
  open: OpenDatabase,
  id: number,
  { flows = 'all', sees = 'all' }: CauseSight = {},
): Promise<ShownCause> {
  const { db } = open;
  const [found] = await requireCauses(db, [id], flows);
  const cause = present(found, 'a cause that there is');
  const ofIt = { causes: [id], limit: mostShown };
  const opened = await listErrors(db, { ...ofIt, states: openStates });
  const some = opened.length > 0 ? opened : await listErrors(db, { ...ofIt, states: allStates });
  const errors = await coverTold(db, some, sees);
  const values = await listGapValues(db, [id], look);
  const trends = await loadCauseTrends(db, [id]);
  const states = await countStates(db, id);
  const audit = (await listEntriesOf(db, 'causes', [id])).get(id);
  // Its errors may all fail for other reasons by now.
  const { flow, code, message, at } = cause;
  const settled = {
    flow,
    code,
    message,
    at,
    answer: undefined,
    about: undefined,
    id: 0,
    state: 'resolved',
  } as const;
  const [told] = await explainErrors(db, [{ ...(errors[0] ?? settled), ofCause: id }]);
  return {
    ...toDocument(cause, {
      explanation: present(told, 'what a cause means').explanation,
      values: coverGapValues(values.get(id) ?? [], flow, sees),
      trend: trends.get(id) ?? noTrend,
    }),
    ...{
      states,
      state: stateOf(states),
      errors: errors.map((each) => ({ ...toExample(each), state: each.state })),
    },
    ...(audit && { audit }),
  };
}

const none = { new: 0, gone: 0 };
const noTrend: ErrorTrend = { open: 0, oldest: null, lastHour: none, lastDay: none, last7Days: none };

/** Open as long as one of its errors is. */
function stateOf(states: StateCounts): ErrorState {
  const first = (['open', 'replaying', 'resolved', 'discarded'] as const).find((state) => states[state] > 0);
  return first ?? 'resolved';
}
