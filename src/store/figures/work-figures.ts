import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';

/** Records of a flow that wait for the same. */
export interface WaitingFigure {
  readonly flow: string;
  /**
   * `staged`: their turn; `approval`: a person, as their run is held; `retry`: another attempt, or one of their key that
   * waits for it; `blocked`: what they refer to.
   */
  readonly state: 'staged' | 'approval' | 'retry' | 'blocked';
  readonly records: number;
  readonly batches: number;
  readonly oldestSeconds: number;
}

/** All that waits, by flow and by what for. Both tables hold only what waits: they are read whole. */
export async function loadWaitingFigures(db: Database): Promise<readonly WaitingFigure[]> {
  const { rows } = await sql<WaitingFigure>`
    select flow, state, sum(records)::bigint as records, sum(batches)::bigint as batches,
           greatest(0, extract(epoch from clock_timestamp() - min(since)))::float8 as "oldestSeconds"
    from (
      select batches.flow, case when runs.status = 'held' then 'approval' else 'staged' end as state,
             sum(records) as records, count(*) as batches, min(staged_at) as since
      from batches join runs on runs.id = run_id group by 1, 2
      union all
      select flow, case when blocked_at is null then 'retry' else 'blocked' end, count(*), 0, min(held_at)
      from held group by 1, 2
    ) as waiting
    group by flow, state order by flow, state`.execute(db);
  return rows;
}

/** How many runs of a flow stand like that. */
export interface OpenRunsFigure {
  readonly flow: string;
  readonly status: 'queued' | 'running' | 'held';
  readonly runs: number;
}

/** Runs that are not over. */
export async function loadOpenRunsFigures(db: Database): Promise<readonly OpenRunsFigure[]> {
  const { rows } = await sql<OpenRunsFigure>`
    select flow, status, count(*) as runs from (
      select flow, status from runs where status in ('queued', 'running')
      union all select flow, status from runs where status = 'held'
    ) as open
    group by flow, status order by flow, status`.execute(db);
  return rows;
}

/** Runs of all time whose records did not add up, as far as they are kept. */
export async function countUnbalancedRuns(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from runs where status = 'failed' and fault is null`.execute(db);
  return present(rows[0], 'the row of a count').count;
}
