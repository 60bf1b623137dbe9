import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { FaultNote } from './runs.ts';

/** Errors of a run of one cause: open ones, and those that somebody or a later run has settled. */
export interface RunErrors {
  readonly code: string;
  readonly stage: string;
  readonly open: number;
  readonly settled: number;
  /** One of their messages, and one of their keys. */
  readonly message: string;
  readonly key: string | null;
}

export async function listRunErrors(db: Database, runId: number): Promise<readonly RunErrors[]> {
  const { rows } = await sql<RunErrors>`
    select code, stage, count(*) filter (where state in ('open', 'replaying')) as open,
           count(*) filter (where state not in ('open', 'replaying')) as settled,
           (array_agg(message order by id))[1] as message, (array_agg(key order by id))[1] as key
    from errors where run_id = ${runId}
    group by code, stage, case when print is null then regexp_replace(message, '"[^"]*"|[0-9]+', '', 'g') else cause_id::text end
    order by count(*) desc, code, min(id)`.execute(db);
  return rows;
}

/** What is left of a run, in records. */
export interface RunRest {
  /** Read, and not delivered yet. */
  readonly staged: number;
  /** Tried again later, or behind an earlier version that is. */
  readonly retried: number;
  /** Waiting for references. */
  readonly blocked: number;
  readonly nextAttemptAt: Date | null;
  /** Why, of the one that is tried next. */
  readonly fault: FaultNote | null;
}

export async function loadRunRest(db: Database, runId: number): Promise<RunRest> {
  const { rows } = await sql<RunRest>`
    with rest as (
      select due_at, fault from batches where run_id = ${runId}
      union all
      select due_at, fault from held where run_id = ${runId} and due_at is not null
    ), next as (
      select due_at, fault from rest where fault is not null order by due_at limit 1
    )
    select (select coalesce(sum(records), 0)::bigint from batches where run_id = ${runId}) as staged,
           (select count(*) from held where run_id = ${runId} and blocked_at is null) as retried,
           (select count(*) from held where run_id = ${runId} and blocked_at is not null) as blocked,
           (select due_at from next) as "nextAttemptAt", (select fault from next) as fault`.execute(db);
  return rows[0] ?? { staged: 0, retried: 0, blocked: 0, nextAttemptAt: null, fault: null };
}
