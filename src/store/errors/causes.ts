import { sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import type { LineStep } from '../../contract/outcome.ts';
import { type Database, keyringOf } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { type ErrorFilter, type ErrorState, matches } from './errors.ts';

/** What errors of a flow have in common: code, step, place, and what was said but for its values. */
export interface Cause {
  readonly id: number;
  readonly flow: string;
  readonly code: string;
  readonly stage: LineStep;
  /** Path in the record, without indexes, and file:line; empty where they are not known. */
  readonly path: string;
  readonly at: string;
  /** With a gap (`…`) for each value. */
  readonly message: string;
  readonly firstAt: Date;
  readonly assignee: string | null;
  readonly tags: readonly string[];
  /** Until when nobody has to see to it; `null` where that is over, or was never said. */
  readonly mutedUntil: Date | null;
  readonly mutedBy: string | null;
}

/** A cause with its errors that fit. */
export interface CountedCause extends Cause {
  readonly count: number;
  /** Since when the oldest of them is, and when the newest failed last. */
  readonly oldest: Date;
  readonly newest: Date;
  /** The id of one of them. */
  readonly example: number;
}

export interface CauseRange {
  readonly states: readonly ErrorState[];
  /** Only those behind this one: count below zero, id. */
  readonly after?: readonly (string | number)[] | undefined;
  readonly limit: number;
}

/** Causes that have errors that fit, those with the most first. */
export async function listCauses(
  db: Database,
  filter: ErrorFilter,
  { states, after, limit }: CauseRange,
): Promise<readonly CountedCause[]> {
  const { rows } = await sql<CountedCause>`
    with counted as (
      select cause_id, count(*) as count, min(created_at) as oldest, max(failed_at) as newest, min(id) as example
      from errors where ${matches(filter)} and state = any(${states}::text[]) and cause_id is not null
      group by cause_id
    )
    select ${columns}, count, oldest, newest, example from counted join causes on causes.id = cause_id
    where ${after === undefined ? sql`true` : sql`(-count, causes.id::bigint) > (${sql.join(after)})`}
    order by -count, causes.id limit ${limit}`.execute(db);
  return rows;
}

/** Those of them that are of these flows. */
export async function loadCauses(
  db: Database,
  ids: readonly number[],
  flows: FlowScope = 'all',
): Promise<readonly Cause[]> {
  const { rows } = await sql<Cause>`
    select ${columns} from causes
    where id = any(${ids}::bigint[]) and ${flowIn(sql`flow`, flows)} order by id`.execute(db);
  return rows;
}

const columns = sql`
  causes.id, causes.flow, causes.code, causes.stage, causes.path, causes.at, causes.message, first_at as "firstAt",
  causes.assignee, causes.tags, case when causes.muted_until > now() then causes.muted_until end as "mutedUntil",
  case when causes.muted_until > now() then causes.muted_by end as "mutedBy"`;

/** How errors of a cause stand. */
export type StateCounts = Readonly<Record<ErrorState, number>>;

export async function countStates(db: Database, causeId: number): Promise<StateCounts> {
  const { rows } = await sql<{ state: ErrorState; count: number }>`
    select state, count(*) as count from errors where cause_id = ${causeId} group by state`.execute(db);
  const none: StateCounts = { open: 0, replaying: 0, resolved: 0, discarded: 0 };
  return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

/** A value that stands in a gap, and in how many of the errors that were looked at. */
export interface GapValue {
  readonly value: string;
  readonly count: number;
}

/** How many errors of each cause are looked at, and how many values of it are told. */
export interface GapBounds {
  readonly errors: number;
  readonly values: number;
}

/** What stands in the gaps of the messages of causes, the commonest first: of errors that are open. */
export async function listGapValues(
  db: Database,
  causeIds: readonly number[],
  bounds: GapBounds,
): Promise<ReadonlyMap<number, readonly GapValue[]>> {
  if (keyringOf(db) !== undefined) return await countOpenedGaps(db, causeIds, bounds);
  const { errors, values } = bounds;
  const { rows } = await sql<GapValue & { cause: number }>`
    select cause, value, count from (
      select wanted.id as cause, value, count(*) as count,
             row_number() over (partition by wanted.id order by -count(*), value) as nth
      from unnest(${causeIds}::int[]) as wanted (id)
        cross join lateral (
          select gaps from errors where cause_id = wanted.id and state in ('open', 'replaying') limit ${errors}
        ) as looked
        cross join lateral jsonb_array_elements_text(gaps) as value
      group by wanted.id, value
    ) as ranked where nth <= ${values} order by cause, nth`.execute(db);
  const byCause = Map.groupBy(rows, ({ cause }) => cause);
  return new Map(
    [...byCause].map(([cause, some]) => [cause, some.map(({ value, count }) => ({ value, count }))]),
  );
}

/** The same where they are sealed: no statement sees them. */
async function countOpenedGaps(
  db: Database,
  causeIds: readonly number[],
  { errors, values }: GapBounds,
): Promise<ReadonlyMap<number, readonly GapValue[]>> {
  const found = new Map<number, readonly GapValue[]>();
  for (const cause of causeIds) {
    const counts = new Map<string, number>();
    for await (const gap of readGaps(db, cause, errors)) counts.set(gap, (counts.get(gap) ?? 0) + 1);
    const sorted = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
    if (sorted.length > 0)
      found.set(
        cause,
        sorted.slice(0, values).map(([value, count]) => ({ value, count })),
      );
  }
  return found;
}

/** So many errors are in memory at once. */
const atOnce = 1_000;

async function* readGaps(db: Database, cause: number, errors: number): AsyncGenerator<string> {
  let after = 0;
  for (let left = errors; left > 0; left -= atOnce) {
    const { rows } = await sql<{ id: number; gaps: readonly string[] }>`
      select id, gaps from errors
      where cause_id = ${cause} and state in ('open', 'replaying') and id > ${after}
      order by id limit ${Math.min(left, atOnce)}`.execute(db);
    for (const { gaps } of rows) yield* gaps;
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return;
    after = last.id;
  }
}
