import { type RawBuilder, sql } from 'kysely';
import { readAgain } from '../errors/keep-errors.ts';
import type { Database } from '../postgres/database.ts';
import { type Absences, addAbsences } from '../runs/absences.ts';
import { type CountDelta, countedBy } from '../runs/counts.ts';
import { packTexts, type StagedRecord } from './batches.ts';
import { type Lease, ownLane } from './lanes.ts';
import type { XrefScope } from './xrefs.ts';

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
  /** By run. */
  readonly counts: ReadonlyMap<number, CountDelta>;
}

/** What the target was given. */
export interface DeliveredRecord {
  readonly key: string;
  readonly runId: number;
  readonly version: string | undefined;
  /** SHA-256, hexadecimal; empty: what the target has of it is not certain. Absent: nothing is kept of it. */
  readonly fingerprint: string | undefined;
  /** Absent: nobody has said it. */
  readonly targetId: string | undefined;
  readonly measure: string | undefined;
  readonly members: number | undefined;
}

/**
 * Deliveries, cross-references, errors that are settled, the batch and the counts, in one statement: a transaction of its
 * own, or the last of one. What there is nothing of is no part of it. Nothing is done without the lane: `undefined`, it
 * belongs to another worker by now. Returns the runs of which every record that was read has its outcome with this; the
 * lock on a run's row makes that true of one batch only. All lanes want those rows: they come last (`before`), so that
 * none holds the others up with its inserts, and in their order.
 */
export async function recordEnds(db: Database, ends: Ends): Promise<readonly number[] | undefined> {
  const changes = [...keepDelivered(ends), ...settleErrors(ends), ...endBatch(ends), ...keepAbsences(ends)];
  const done = changes.map(({ name }) => sql`(select count(*) from ${sql.ref(name)})`);
  const parts = [
    sql`fence as (${ownLane(ends.lease)})`,
    ...changes.map(({ name, statement }) => sql`${sql.ref(name)} as (${statement})`),
    sql`before as (select ${sql.join([sql`0`, ...done], sql` + `)} as changes)`,
    ...countedBy(ends.counts, sql`${isOurs} and (select changes from before) >= 0`),
  ];
  const { rows } = await sql<{ over: readonly number[] }>`
    with ${sql.join(parts)}
    select coalesce((select jsonb_agg(id) from counted where is_over), '[]') as over from fence`.execute(db);
  return rows[0]?.over;
}

/** A part of the statement; `given` is what others read. */
interface Part {
  readonly name: string;
  readonly statement: RawBuilder<unknown>;
}

const isOurs = sql`exists (select 1 from fence)`;

function keepDelivered({ lease, scope, delivered }: Ends): readonly Part[] {
  if (delivered.length === 0) return [];
  const given = sql`
    select distinct on (key) key, coalesce(run_id, ${delivered[0]?.runId}::bigint) as run_id, version,
           decode(fingerprint, 'hex') as fingerprint, target_id, measure, members
    from unnest(
      ${delivered.map((d) => d.key)}::text[], ${runsOf(delivered)}::bigint[],
      ${delivered.map((d) => d.version ?? null)}::text[], ${delivered.map((d) => d.fingerprint ?? null)}::text[],
      ${delivered.map((d) => d.targetId ?? null)}::text[], ${measuresOf(delivered)}::text[],
      ${membersOf(delivered)}::integer[]
    ) with ordinality as t (key, run_id, version, fingerprint, target_id, measure, members, nth)
    where ${isOurs} order by key, nth desc`;
  const written = sql`
    insert into deliveries (flow, key, fingerprint, version, measure, members, run_id)
    select ${lease.flow}, key, fingerprint, version, measure, members, run_id from given where fingerprint is not null
    on conflict (flow, key) do update
    set fingerprint = excluded.fingerprint, version = excluded.version, run_id = excluded.run_id,
        delivered_at = now(), measure = coalesce(excluded.measure, deliveries.measure), members = excluded.members
    returning 1`;
  const confirmed = sql`
    insert into xrefs (entity, source, target, key, target_id, run_id, confirmed_at)
    select ${scope.entity}, ${scope.source}, ${scope.target}, key, target_id, run_id, now()
    from given where target_id is not null
    on conflict (target, entity, source, key) do update
    set target_id = excluded.target_id, run_id = excluded.run_id, confirmed_at = now(),
        doubt_since = null, doubt_until = null
    where xrefs.target_id is distinct from excluded.target_id
    returning 1`;
  return [
    { name: 'given', statement: given },
    { name: 'written', statement: written },
    { name: 'confirmed', statement: confirmed },
  ];
}

function settleErrors({ lease, settles }: Ends): readonly Part[] {
  if (settles.length === 0) return [];
  const settled = sql`
    update errors set state = 'resolved', reason = ${readAgain}, updated_at = now(),
                      settled_run = coalesce(t.run_id, ${settles[0]?.runId}::bigint)
    from unnest(${settles.map(({ key }) => key)}::text[], ${runsOf(settles)}::bigint[]) as t (key, run_id)
    where flow = ${lease.flow} and errors.key = t.key and state in ('open', 'replaying') and ${isOurs}
    returning 1`;
  return [{ name: 'settled', statement: settled }];
}

function endBatch({ batch }: Ends): readonly Part[] {
  if (batch === undefined) return [];
  const { id, rest } = batch;
  if (rest.length === 0) {
    return [{ name: 'done', statement: sql`delete from batches where id = ${id} and ${isOurs} returning 1` }];
  }
  const texts = rest.map((record) => JSON.stringify(record));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  const statement = sql`
    update batches set records = ${rest.length}, bytes = ${bytes}, payload = ${packTexts(texts)}
    where id = ${id} and ${isOurs} returning 1`;
  return [{ name: 'done', statement }];
}

function keepAbsences({ absences }: Ends): readonly Part[] {
  return absences.length === 0 ? [] : [{ name: 'absent', statement: addAbsences(absences, isOurs) }];
}

/** Nearly always of one run: an array without members is filled up with nulls by `unnest`. */
function runsOf(some: readonly { readonly runId: number }[]): readonly number[] {
  return some.every(({ runId }) => runId === some[0]?.runId) ? [] : some.map(({ runId }) => runId);
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
