import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';

/** How a flow stands, from what the database knows of it; its errors are told apart. */
export interface FlowState {
  readonly flow: string;
  /** The newest run that read its source: no replay, and no tick that was skipped. */
  readonly lastRun: number | null;
  /** The process that read it has ended before it was read, or nobody has begun to read it for a minute. */
  readonly isLost: boolean | null;
  /** When a run last read all that was new, to the end. */
  readonly caughtUpAt: Date | null;
  /** When that run began: what its source has had since then is not read yet. */
  readonly coveredAt: Date | null;
  /** The first tick that was fired since then. */
  readonly firstTickSince: Date | null;
  /** The newest run that read all that was new and got through with every record, and when it ended. */
  readonly succeeded: { readonly run: number; readonly at: Date } | null;
  /** Where the last run has failed: when the first one did so for the same reason, with none in between that caught up. */
  readonly failingSince: Date | null;
  /** When the flow was last asked to run, by a person or by its schedule; a tick that was skipped counts. */
  readonly askedAt: Date | null;
  /** Records that are staged or held, blocked ones among them. */
  readonly waiting: number;
  readonly oldestWaiting: Date | null;
  /** Runs that wait for a person to approve or reject them. */
  readonly held: readonly number[];
  /** What somebody said last about a run that was held. */
  readonly decision: ApprovalDecision | null;
}

/** Who let a held run go on, or stopped it. */
export interface ApprovalDecision {
  readonly run: number;
  readonly deed: 'approve' | 'reject';
  readonly by: string | null;
  readonly at: Date;
  readonly reason: string | null;
}

/** The state of each flow that is named or has ever run, sorted by flow. One statement, however many they are. */
export async function loadFlowStates(db: Database, named: readonly string[]): Promise<readonly FlowState[]> {
  const { rows } = await sql<StateRow>`
    select flow, last.id as "lastRun", last.lost as "isLost", caught_up.at as "caughtUpAt",
           caught_up.covered as "coveredAt", ticked.at as "firstTickSince", succeeded.id as success_run,
           succeeded.at as success_at, failing.since as "failingSince", asked.at as "askedAt",
           coalesce(staged.count, 0) + coalesce(kept.count, 0) as waiting,
           least(staged.oldest, kept.oldest) as "oldestWaiting",
           array(select id from runs where runs.flow = flows.flow and status = 'held' order by id) as held,
           decision.run_id as decision_run, decision.deed as decision_deed, decision.by as decision_by,
           decision.at as decision_at, decision.reason as decision_reason
    from (select flow from plans union select unnest(${named}::text[])) as flows
      left join lateral (${lastRun}) as last on true
      left join lateral (${caughtUp}) as caught_up on true
      left join lateral (
        select tick as at from runs
        where runs.flow = flows.flow and trigger = 'schedule' and tick > coalesce(caught_up.covered, '-infinity')
        order by tick limit 1
      ) as ticked on true
      left join lateral (
        select id, ended_at as at from runs
        where runs.flow = flows.flow and trigger <> 'replay' and status = 'succeeded' and ${readsAll}
        order by id desc limit 1
      ) as succeeded on true
      left join lateral (
        select coalesce(ended_at, created_at) as since from runs
        where last.status = 'failed' and runs.flow = flows.flow and id > coalesce(caught_up.id, 0)
          and trigger <> 'replay' and status = 'failed' and fault->>'code' is not distinct from last.code
        order by id limit 1
      ) as failing on true
      left join lateral (
        select greatest(tick, created_at) as at from runs where runs.flow = flows.flow and trigger <> 'replay'
        order by id desc limit 1
      ) as asked on true
      left join lateral (
        select run_id, deed, by, at, reason from audit_entries
        where audit_entries.flow = flows.flow and deed in ('approve', 'reject') order by id desc limit 1
      ) as decision on true
      left join (
        select flow, sum(records)::bigint as count, min(staged_at) as oldest from batches group by flow
      ) as staged using (flow)
      left join (select flow, count(*) as count, min(held_at) as oldest from held group by flow) as kept using (flow)
    order by flow`.execute(db);
  return rows.map(toState);
}

const lastRun = sql`
  select id, status, fault->>'code' as code, read_at is null and (
      (status = 'running' and read_until < now())
      or (status = 'queued' and created_at < now() - interval '1 minute' and not exists (
        select 1 from runs as other
        where other.flow = flows.flow and other.status in ('running', 'held') and other.read_at is null
          and other.trigger <> 'replay'
          and other.read_until >= now()
      ))
    ) as lost
  from runs where runs.flow = flows.flow and trigger <> 'replay' and status <> 'skipped'
  order by id desc limit 1`;

/** As the indexes have it: a run that was told to read a part says nothing about the rest. */
const readsAll = sql`not options ?| array['since', 'until', 'limit']`;

/** A tick may be of a clock that is ahead of the database's. */
const caughtUp = sql`
  select id, read_at as at, greatest(tick, started_at, created_at) as covered from runs
  where runs.flow = flows.flow and trigger <> 'replay' and read_at is not null and fault is null and ${readsAll}
  order by id desc limit 1`;

type StateRow = Omit<FlowState, 'succeeded' | 'decision'> & {
  readonly success_run: number | null;
  readonly success_at: Date | null;
  readonly decision_run: number | null;
  readonly decision_deed: ApprovalDecision['deed'] | null;
  readonly decision_by: string | null;
  readonly decision_at: Date | null;
  readonly decision_reason: string | null;
};

function toState(row: StateRow): FlowState {
  const { success_run: run, success_at: at, decision_run, decision_deed, decision_at, ...rest } = row;
  const { decision_by: by, decision_reason: reason, ...state } = rest;
  const succeeded = run !== null && at !== null ? { run, at } : null;
  const decision =
    decision_run !== null && decision_deed !== null && decision_at !== null
      ? { run: decision_run, deed: decision_deed, by, at: decision_at, reason }
      : null;
  return { ...state, succeeded, decision };
}

/** By the clock of the database. */
export interface DatabaseTimes {
  readonly now: Date;
  /** When the tables were made: what was to happen before that, nobody has seen. */
  readonly begun: Date | undefined;
}

export async function loadDatabaseTimes(db: Database): Promise<DatabaseTimes> {
  const { rows } = await sql<{ now: Date; begun: Date | null }>`
    select clock_timestamp() as now, min(timestamp::timestamptz) as begun
    from tradelane.kysely_migration`.execute(db);
  const { now, begun } = present(rows[0], 'the times of the database');
  return { now, begun: begun ?? undefined };
}
