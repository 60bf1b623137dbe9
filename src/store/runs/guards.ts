import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { sealNote } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { cutShort, type FaultNote } from './runs.ts';

/** What a guard allows a run only so many of, by the keys of the records. */
export interface GuardedKeys {
  readonly guard: 'maxDeletes' | 'maxChange';
  readonly keys: readonly string[];
}

/** Whether guards apply to a run, and what the one has said that has stopped it. */
export interface GuardState {
  /** A replay, or approved: a person wants it so. */
  readonly isExempt: boolean;
  readonly stop: FaultNote | undefined;
}

export async function loadGuardState(db: Database, runId: number): Promise<GuardState> {
  const { rows } = await sql<StateRow>`${selectState} where id = ${runId}`.execute(db);
  return toState(rows[0]);
}

/** The same, and no other lane counts for this run before the transaction ends. */
export async function lockGuardState(tx: Database, runId: number): Promise<GuardState> {
  const { rows } = await sql<StateRow>`${selectState} where id = ${runId} for no key update`.execute(tx);
  return toState(rows[0]);
}

/** How many records it would be with these: one that was counted before, by an attempt that broke off, counts once. */
export async function countGuarded(
  tx: Database,
  runId: number,
  { guard, keys }: GuardedKeys,
): Promise<{ readonly total: number }> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from (
      select key from guarded where run_id = ${runId} and guard = ${guard}
      union select unnest(${keys}::text[]) collate "C"
    ) as counted`.execute(tx);
  return { total: present(rows[0], 'the row of a count').total };
}

export async function insertGuarded(
  tx: Database,
  runId: number,
  { guard, keys }: GuardedKeys,
): Promise<void> {
  await sql`
    insert into guarded (run_id, guard, key) select ${runId}, ${guard}, unnest(${keys}::text[])
    on conflict do nothing`.execute(tx);
}

/** What a guard has let through of a run so far. */
export interface GuardedSample {
  readonly guard: GuardedKeys['guard'];
  readonly records: number;
  /** Some of their keys. */
  readonly keys: readonly string[];
}

export async function listGuarded(
  db: Database,
  runId: number,
  most: number,
): Promise<readonly GuardedSample[]> {
  const { rows } = await sql<GuardedSample>`
    select guard, count(*) as records, (array_agg(key order by key))[1:${most}::integer] as keys
    from guarded where run_id = ${runId} group by guard order by guard`.execute(db);
  return rows;
}

/**
 * Stops a run until it is approved or rejected (its status is `held`); `true` if that was now, and not by another lane before. Its reading is over with that:
 * what it has staged stays, the cursor stands where that ends. With nothing left to do there is nothing to stop.
 */
export async function stopForApproval(db: Database, runId: number, note: FaultNote): Promise<boolean> {
  const { rows } = await sql`
    update runs
    set status = 'held', guard = ${sealNote(note)}::jsonb, read_at = coalesce(read_at, now()),
        fault = case when read_at is null then coalesce(fault, ${sealNote(cutShort)}::jsonb) else fault end
    where id = ${runId} and (status = 'running' or (status = 'queued' and started_at is not null)) and approved_at is null and trigger <> 'replay'
      and (read_at is null or exists (select 1 from batches where run_id = ${runId})
        or exists (select 1 from held where run_id = ${runId}))
    returning id`.execute(db);
  return rows.length === 1;
}

const selectState = sql`
  select status, guard, approved_at is not null or trigger = 'replay' as is_exempt from runs`;

interface StateRow {
  readonly status: string;
  readonly guard: FaultNote | null;
  readonly is_exempt: boolean;
}

function toState(row: StateRow | undefined): GuardState {
  return {
    isExempt: row?.is_exempt === true,
    stop: row?.status === 'held' ? (row.guard ?? undefined) : undefined,
  };
}
