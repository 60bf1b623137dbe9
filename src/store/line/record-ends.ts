import { type RawBuilder, sql } from 'kysely';
import { readAgain } from '../errors/keep-errors.ts';
import { type BlockEnds, insertBlocks, moveBatch, type NewBlock } from '../history/keep-blocks.ts';
import type { Database } from '../postgres/database.ts';
import { plannedOnce } from '../postgres/planned-once.ts';
import { toTextArray } from '../postgres/text-array.ts';
import { type Absences, addAbsences } from '../runs/absences.ts';
import { type CountDelta, countedBy } from '../runs/counts.ts';
import { packTexts, type StagedRecord } from './batches.ts';
import { spaceOfFlow, spaceOfScope, type XrefScope } from './key-spaces.ts';
import { type Lease, ownLane } from './lanes.ts';

/** How records have ended, as it is written down: everything that every batch has. */
export interface Ends {
  readonly lease: Lease;
  readonly scope: XrefScope;
  /** Where the records were staged, and what is left of it; absent: they were held. */
  readonly batch?: { readonly id: number; readonly rest: readonly StagedRecord[] };
  /** In the order of the writes: of a key that was written more than once, the last counts. */
  readonly delivered: readonly DeliveredRecord[];
  /** Members that have vanished from what was delivered. */
  readonly absences: Absences;
  /** Keys whose errors are settled, each by a run. */
  readonly settles: readonly { readonly key: string; readonly runId: number }[];
  /** What is kept of the records; `batch`: the payload of the batch stays what it is. */
  readonly history: { readonly batch?: BlockEnds; readonly blocks: readonly NewBlock[] };
  /** By run. */
  readonly counts: ReadonlyMap<number, CountDelta>;
}

/** What the target was given. */
export interface DeliveredRecord {
  readonly key: string;
  readonly runId: number;
  readonly version: string | undefined;
  /** 16 bytes of a SHA-256, hexadecimal; empty: what the target has of it is not certain. Absent: nothing is kept of it. */
  readonly fingerprint: string | undefined;
  /** Absent: nobody has said it. */
  readonly targetId: string | undefined;
  readonly measure: string | undefined;
  readonly members: number | undefined;
  /** Nothing is known of the key: if that is not so, the statement is refused (`isTakenKey`). */
  readonly isFirst: boolean;
}

/**
 * Deliveries, cross-references, errors that are settled, the batch and the counts, in one statement: a transaction of its
 * own, or the last of one. What there is nothing of is no part of it. Nothing is done without the lane: `undefined`, it
 * belongs to another worker by now. Returns the runs of which every record that was read has its outcome with this; the
 * lock on a run's row makes that true of one batch only. All lanes want those rows: they come last (`before`), so that
 * none holds the others up with its inserts, and in their order.
 */
export async function recordEnds(db: Database, ends: Ends): Promise<readonly number[] | undefined> {
  const changes = [
    ...keepDelivered(ends),
    ...settleErrors(ends),
    ...endBatch(ends),
    ...keepHistory(ends),
    ...keepAbsences(ends),
  ];
  const done = changes.map(({ name }) => sql`(select count(*) from ${sql.ref(name)})`);
  const parts = [
    sql`fence as (${ownLane(ends.lease)})`,
    ...changes.map(({ name, statement }) => sql`${sql.ref(name)} as (${statement})`),
    sql`before as (select ${sql.join([sql`0`, ...done], sql` + `)} as changes)`,
    ...countedBy(ends.counts, sql`${isOurs} and (select changes from before) >= 0`),
  ];
  const { rows } = await sql<{ over: readonly number[] }>`
    ${plannedOnce} with ${sql.join(parts)}
    select coalesce((select jsonb_agg(id) from counted where is_over), '[]') as over from fence`.execute(db);
  return rows[0]?.over;
}

/** A part of the statement; `given` is what others read. */
interface Part {
  readonly name: string;
  readonly statement: RawBuilder<unknown>;
}

const isOurs = sql`exists (select 1 from fence)`;

const isNewId = sql`excluded.link is not null
  and (old.link is null or old.link = 'r' or old.target_id is distinct from excluded.target_id)`;

function keepDelivered({ lease, scope, delivered }: Ends): readonly Part[] {
  if (delivered.length === 0) return [];
  const spaces = sql`select ${spaceOfFlow(lease.flow)} as flow, ${spaceOfScope(scope)} as scope`;
  const [first, known] = [delivered.filter(({ isFirst }) => isFirst), delivered.filter((d) => !d.isFirst)];
  return [
    { name: 'spaces', statement: spaces },
    ...(first.length === 0
      ? []
      : [
          { name: 'first', statement: given(first) },
          // To look for each key before, and to settle with the index that it is new, takes a third of the time.
          { name: 'added', statement: sql`${toKnown(sql`first`)} returning 1` },
        ]),
    ...(known.length === 0
      ? []
      : [
          { name: 'given', statement: given(known) },
          { name: 'written', statement: sql`${toKnown(sql`given`)} ${overKnown} returning 1` },
        ]),
  ];
}

function given(delivered: readonly DeliveredRecord[]): RawBuilder<unknown> {
  return sql`
    select distinct on (key) key, coalesce(run_id, ${delivered[0]?.runId}::bigint) as run_id, version,
           decode(fingerprint, 'hex') as fingerprint, target_id, measure, members
    from unnest(
      ${toTextArray(delivered.map((d) => d.key))}::text[], ${runsOf(delivered)}::bigint[],
      ${toTextArray(versionsOf(delivered))}::text[], ${toTextArray(delivered.map((d) => d.fingerprint ?? null))}::text[],
      ${toTextArray(delivered.map((d) => d.targetId ?? null))}::text[], ${measuresOf(delivered)}::text[],
      ${membersOf(delivered)}::integer[]
    ) with ordinality as t (key, run_id, version, fingerprint, target_id, measure, members, nth)
    where ${isOurs} order by key, nth desc`;
}

/** Mostly one row a record. Where other flows share the scope, what was delivered and the id may lie in two. */
const toKnown = (from: RawBuilder<unknown>) => sql`
  insert into known_records as old (space, key, fingerprint, version, measure, members, link, target_id, run_id)
  select spaces.flow, key, fingerprint, version, measure, members,
         case when spaces.flow = spaces.scope and target_id is not null then 'k'::"char" end,
         case when spaces.flow = spaces.scope then nullif(target_id, key) end, run_id
  from ${from}, spaces where fingerprint is not null or (spaces.flow = spaces.scope and target_id is not null)
  union all
  select spaces.scope, key, null, null, null, null, 'k', nullif(target_id, key), run_id
  from ${from}, spaces where spaces.flow <> spaces.scope and target_id is not null`;

const overKnown = sql`
  on conflict (space, key) do update
  set fingerprint = coalesce(excluded.fingerprint, old.fingerprint),
      version = case when excluded.fingerprint is null then old.version else excluded.version end,
      measure = coalesce(excluded.measure, old.measure),
      members = case when excluded.fingerprint is null then old.members else excluded.members end,
      link = case when excluded.link is null or old.link = 's' then old.link else excluded.link end,
      target_id = case when excluded.link is null then old.target_id else excluded.target_id end,
      run_id = case when ${isNewId} then excluded.run_id else old.run_id end,
      since = case when ${isNewId} then now() else old.since end,
      doubt_since = case when excluded.link is null then old.doubt_since end,
      doubt_until = case when excluded.link is null then old.doubt_until end`;

function settleErrors({ lease, settles }: Ends): readonly Part[] {
  if (settles.length === 0) return [];
  const settled = sql`
    update errors set state = 'resolved', reason = ${readAgain}, updated_at = now(),
                      settled_run = coalesce(t.run_id, ${settles[0]?.runId}::bigint)
    from unnest(${toTextArray(settles.map(({ key }) => key))}::text[], ${runsOf(settles)}::bigint[]) as t (key, run_id)
    where flow = ${lease.flow} and errors.key = t.key and state in ('open', 'replaying') and ${isOurs}
    returning 1`;
  return [{ name: 'settled', statement: settled }];
}

function endBatch({ batch, history }: Ends): readonly Part[] {
  if (batch === undefined) return [];
  const { id, rest } = batch;
  if (rest.length === 0) {
    const given = history.batch ? sql`run_id, lane, staged_at, payload` : sql`1`;
    return [
      { name: 'done', statement: sql`delete from batches where id = ${id} and ${isOurs} returning ${given}` },
    ];
  }
  const texts = rest.map((record) => JSON.stringify(record));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const statement = sql`
    update batches set records = ${rest.length}, bytes = ${bytes}, payload = ${packTexts('records', texts)}
    where id = ${id} and ${isOurs} returning 1`;
  return [{ name: 'done', statement }];
}

/** What a batch held moves from table to table, as it is: it is not sent again. */
function keepHistory({ lease, batch, history }: Ends): readonly Part[] {
  const { flow, lane } = lease;
  const origin = { flow, lane, ...(batch && { batchId: batch.id }) };
  return [
    ...(history.batch ? [{ name: 'moved', statement: moveBatch(flow, history.batch) }] : []),
    ...(history.blocks.length > 0
      ? [{ name: 'kept', statement: insertBlocks(origin, history.blocks, isOurs) }]
      : []),
  ];
}

function keepAbsences({ absences }: Ends): readonly Part[] {
  return absences.length === 0 ? [] : [{ name: 'absent', statement: addAbsences(absences, isOurs) }];
}

/** Nearly always of one run: an array without members is filled up with nulls by `unnest`. */
function runsOf(some: readonly { readonly runId: number }[]): readonly number[] {
  return some.every(({ runId }) => runId === some[0]?.runId) ? [] : some.map(({ runId }) => runId);
}

/** The same for versions, which many sources do not give. */
function versionsOf(delivered: readonly DeliveredRecord[]): readonly (string | null)[] {
  return delivered.every(({ version }) => version === undefined)
    ? []
    : delivered.map(({ version }) => version ?? null);
}

/** The same for numbers, which most flows do not watch. */
function measuresOf(delivered: readonly DeliveredRecord[]): readonly (string | null)[] {
  return delivered.every(({ measure }) => measure === undefined)
    ? []
    : delivered.map(({ measure }) => measure ?? null);
}

/** The same for sets of members. */
function membersOf(delivered: readonly DeliveredRecord[]): readonly (number | null)[] {
  return delivered.every(({ members }) => members === undefined)
    ? []
    : delivered.map(({ members }) => members ?? null);
}
