import { sql } from 'kysely';
import type { Outcome } from '../../contract/outcome.ts';
import { readAgain } from '../errors/keep-errors.ts';
import type { Database } from '../postgres/database.ts';
import { type Absences, addAbsences } from '../runs/absences.ts';
import { measuresOf, memberSetsOf } from './deliveries.ts';
import { type Lease, ownLane } from './lanes.ts';
import type { XrefScope } from './xrefs.ts';

/** What a batch in which nothing failed or waits has come to. */
export interface FinishedBatch {
  readonly lease: Lease;
  readonly scope: XrefScope;
  readonly id: number;
  readonly runId: number;
  /** In the order of the writes: of a key that was written more than once, the last counts. */
  readonly delivered: readonly {
    readonly key: string;
    readonly version: string | undefined;
    readonly fingerprint: string;
    readonly targetId: string | undefined;
    readonly measure: string | undefined;
    readonly members: number | undefined;
  }[];
  /** Members that have vanished from what was delivered. */
  readonly absences?: Absences;
  /** Keys whose errors are settled by this. */
  readonly settles: readonly string[];
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
}

/**
 * All of it in one statement, which is a transaction of its own: fence, deliveries, cross-references, errors, batch,
 * counts. Nothing is done without the lane. `undefined`: it belongs to another worker by now. `isLast`: every record
 * that the run has read has its outcome with this; the lock on the run's row makes that true of one batch only. All
 * lanes want that row: it comes last (`before`), so that none holds the others up with its inserts.
 */
export async function finishBatch(
  db: Database,
  { lease, scope, id, runId, delivered, absences = [], settles, counts }: FinishedBatch,
): Promise<{ readonly isLast: boolean } | undefined> {
  const { delivered: written = 0, unchanged = 0, filtered = 0, superseded = 0 } = counts;
  const { rows } = await sql<{ is_last: boolean | null }>`
    with fence as (${ownLane(lease)}), given as (
      select distinct on (key) key, version, decode(fingerprint, 'hex') as fingerprint, target_id, measure, members
      from unnest(
        ${delivered.map((d) => d.key)}::text[], ${delivered.map((d) => d.version ?? null)}::text[],
        ${delivered.map((d) => d.fingerprint)}::text[], ${delivered.map((d) => d.targetId ?? null)}::text[],
        ${measuresOf(delivered)}::text[], ${memberSetsOf(delivered)}::integer[]
      ) with ordinality as t (key, version, fingerprint, target_id, measure, members, nth)
      where exists (select 1 from fence)
      order by key, nth desc
    ), written as (
      insert into deliveries (flow, key, fingerprint, version, measure, members, run_id)
      select ${lease.flow}, key, fingerprint, version, measure, members, ${runId}::bigint from given
      on conflict (flow, key) do update
      set fingerprint = excluded.fingerprint, version = excluded.version, run_id = excluded.run_id,
          delivered_at = now(), measure = coalesce(excluded.measure, deliveries.measure), members = excluded.members
      returning 1
    ), confirmed as (
      insert into xrefs (entity, source, target, key, target_id, run_id, confirmed_at)
      select ${scope.entity}, ${scope.source}, ${scope.target}, key, target_id, ${runId}::bigint, now()
      from given where target_id is not null
      on conflict (target, entity, source, key) do update
      set target_id = excluded.target_id, run_id = excluded.run_id, confirmed_at = now(),
          doubt_since = null, doubt_until = null
      where xrefs.target_id is distinct from excluded.target_id
      returning 1
    ), settled as (
      update errors
      set state = 'resolved', reason = ${readAgain}, settled_run = ${runId}::bigint, updated_at = now()
      where flow = ${lease.flow} and key = any(${settles}::text[]) and state in ('open', 'replaying')
        and exists (select 1 from fence)
      returning 1
    ), done as (
      delete from batches where id = ${id} and exists (select 1 from fence)
      returning 1
    ), absent as (
      ${addAbsences(runId, absences, sql`exists (select 1 from fence)`)}
    ), before as (
      select (select count(*) from written) + (select count(*) from confirmed) + (select count(*) from settled)
        + (select count(*) from done) + (select count(*) from absent) as changes
    ), counted as (
      update runs
      set delivered = delivered + ${written}, unchanged = unchanged + ${unchanged},
          filtered = filtered + ${filtered}, superseded = superseded + ${superseded}
      where id = ${runId} and exists (select 1 from fence) and (select changes from before) >= 0
      returning read_at is not null
        and read <= delivered + unchanged + filtered + superseded + blocked + failed as is_last
    )
    select (select is_last from counted) as is_last from fence`.execute(db);
  const row = rows[0];
  return row && { isLast: row.is_last === true };
}
