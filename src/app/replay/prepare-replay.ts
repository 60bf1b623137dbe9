import type { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import type { UnreadOutcome } from '../../engine/patch/identify-unread.ts';
import type { NewBulkItem } from '../../store/bulks/bulk-items.ts';
import { countOpenErrors } from '../../store/errors/find-errors.ts';
import {
  type FrozenError,
  freezeReplayable,
  listUnread,
  loadReplayable,
} from '../../store/errors/replays.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type ErrorWish, findErrorFilter, openStates } from '../errors/error-filter.ts';
import { databaseOf } from '../open/open-database.ts';
import { acceptPatch } from '../patch/accept-patch.ts';
import { narrowToPatch } from '../patch/narrow-to-patch.ts';
import type { Patch } from '../patch/patch.ts';
import { flowsOfErrors, goesThrough } from './flows-of-errors.ts';
import { identifyAll, tellUnread } from './identify-all.ts';
import { hashSet } from './plan-hash.ts';
import type { ReplayManner } from './replay-manner.ts';
import { refuseUseless, tellWayNotes } from './replay-way.ts';
import { type ReplayedFlow, toFlowsByTime } from './replayed-flow.ts';

/** What is to be replayed, looked at and not begun. */
export interface PreparedReplay {
  readonly wish: ErrorWish;
  readonly patch: Patch | undefined;
  readonly way: ReplayWay;
  /** None: no open error fits. */
  readonly flows: readonly ReplayedFlow[];
  /** The errors that hold a record, each as it was in one moment, with what is made of it. */
  readonly items: readonly NewBulkItem[];
  /** What could not be read, and is known by now what it is, as it is sent. */
  readonly identified: UnreadOutcome['records'];
  /** The set by its hash, as a plan has it. */
  readonly set: string;
  readonly notes: readonly string[];
  /** Why it must not be begun. */
  readonly refused?: Fault;
}

/**
 * Looks at all flows before the first is started: a mistake in one of them changes nothing. Throws a Fault for errors
 * that cannot be meant, and for a flow with mistakes.
 */
export async function prepareReplay(
  runtime: Runtime,
  wish: ErrorWish,
  { patch, way }: ReplayManner,
): Promise<PreparedReplay> {
  refuseUseless(way, patch);
  const { db, limits } = runtime.engine;
  const { maxRecordBytes } = limits;
  const found = await narrowToPatch(db, await findErrorFilter(databaseOf(runtime), wish, openStates), patch);
  const flows = await flowsOfErrors(db, found.filter, { way, flows: toFlowsByTime(runtime.plans) });
  const base = { wish, patch, way, flows };
  if (flows.length === 0)
    return { ...base, items: [], identified: [], set: hashSet([], []), notes: found.notes };
  const frozen = await freezeReplayable(db, found.filter);
  const unread = await listUnread(db, found.filter);
  const set = hashSet(frozen, unread);
  const plans = flows.map(({ plan }) => plan);
  const { records, rest } = await identifyAll(unread, plans, {
    ...{ maxRecordBytes, way },
    ...(patch && { edit: patch.edit }),
  });
  const outside = await tellOutside(db, wish, frozen.length + records.length + rest.length);
  const before = [...found.notes, ...outside];
  if (!patch) {
    const items = frozen.map((error) => toItem(error, base));
    const notes = [...before, ...(await tellWayNotes(db, way, found.filter)), ...tellUnread(rest)];
    return { ...base, set, items, identified: records, notes };
  }
  const errors = [...(await loadReplayable(db, frozen)), ...records];
  const { tried, leftOut, notes, refused } = await acceptPatch(
    { db, patch, maxRecordBytes, way },
    plans,
    errors,
  );
  const triedOf = new Map(tried.map((one) => [one.error.id, one]));
  return {
    ...base,
    set,
    items: frozen.flatMap((error) => {
      const one = triedOf.get(error.id);
      if (one === undefined) return [];
      const patched = one.changes.length > 0 ? { patched: one.edited.record.native } : {};
      return [{ ...toItem(error, base), ...patched }];
    }),
    identified: records.flatMap(({ id }) => triedOf.get(id)?.edited ?? []),
    notes: [...before, ...notes, ...leftOut, ...(refused ? [] : tellUnread(rest))],
    ...(refused && { refused }),
  };
}

function toItem(error: FrozenError, { way, flows }: Pick<PreparedReplay, 'way' | 'flows'>): NewBulkItem {
  const { hash, lanes } = present(
    flows.find(({ plan }) => goesThrough(way, plan, error)),
    'the flow of an error',
  );
  return { errorId: error.id, planHash: hash, lanes, version: error.version };
}

/** What lies outside of a filter: nothing of it is hidden. Ids that were named are all there is to it. */
export async function tellOutside(
  db: Runtime['engine']['db'],
  { ids, flows }: ErrorWish,
  fitting: number,
): Promise<readonly string[]> {
  if (ids !== undefined) return [];
  const open = await countOpenErrors(db, flows);
  if (open <= fitting) return [];
  const others = open - fitting;
  return [
    `${fitting} of ${open} open errors; ${others} ${others === 1 ? 'other does' : 'others do'} not fit`,
  ];
}
