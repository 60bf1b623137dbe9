import { sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import type { Counts } from '../../contract/outcome.ts';
import { present } from '../../contract/present.ts';
import { sealNote } from '../crypto/sealable.ts';
import { requireOpened } from '../crypto/sealed-form.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { isRunPaused, pausesOver } from '../waiting/pauses.ts';
import { finalStatus } from './counts.ts';

export type Trigger = 'manual' | 'schedule' | 'replay';
export type RunStatus = 'queued' | 'running' | 'held' | 'succeeded' | 'errors' | 'failed' | 'skipped';

/** How a run reads, as it was asked for. */
export interface RunOptions {
  /** Read everything, not only what changed. */
  readonly full?: boolean;
  /** Write again what is equal to what was delivered last. */
  readonly force?: boolean;
  /** Read from / up to here instead of from the cursor; the cursor stays where it is. */
  readonly since?: string;
  readonly until?: string;
  /** Stop after so many records; the cursor stays where it is. */
  readonly limit?: number;
  /** Although its flow, or a connection of it, is paused. */
  readonly evenPaused?: true;
  /** Who asked for it; absent for a tick of a schedule, and where it is not known. */
  readonly by?: string;
  /** Of a replay: the set that it works off. */
  readonly bulk?: number;
}

/** A fault as rows and screens show it. */
export interface FaultNote {
  readonly code: string;
  readonly message: string;
}

export interface Run {
  readonly id: number;
  readonly flow: string;
  readonly planHash: string | null;
  readonly trigger: Trigger;
  readonly tick: Date | null;
  readonly options: RunOptions;
  readonly status: RunStatus;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Since when its guards are off, because a person has said so. */
  readonly approvedAt: Date | null;
  /** When its source had been read to the end, or as far as it went. */
  readonly readAt: Date | null;
  /** How far its flow had read by the time it began to read, and when that was over. */
  readonly cursor: { readonly before: string | null; readonly after: string | null };
  /** Of one that was put back while it read: where it reads on, if that can be told by a cursor. */
  readonly readOn: string | null;
  readonly counts: Counts;
  /** Of those unchanged: records that failed as they had before, whose errors are open still. */
  readonly stillOpen: number;
  /** Of a run that is held: what the guard said. */
  readonly fault: FaultNote | null;
}

export interface NewRun {
  readonly flow: string;
  readonly planHash: string;
  readonly trigger: Trigger;
  readonly options: RunOptions;
}

export async function insertRun(db: Database, run: NewRun): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into runs (flow, plan_hash, trigger, options, status)
    values (${run.flow}, ${run.planHash}, ${run.trigger}, ${JSON.stringify(run.options)}, 'queued')
    returning id`.execute(db);
  return present(rows[0], 'the row of a new run').id;
}

/**
 * The run of one schedule tick: whoever comes first has it, over any number of processes. A tick that finds its
 * flow still at work, or paused, is recorded as skipped; with the reason where that is a pause. Records held for a later attempt do not count as work here, or one
 * order that an ERP keeps refusing would stop the schedule; a run that is held for approval does.
 */
export async function insertTick(
  db: Database,
  tick: {
    readonly flow: string;
    readonly planHash: string;
    readonly at: Date;
    readonly overlap: 'skip' | 'queue';
  },
): Promise<StartedTick | undefined> {
  const { rows } = await sql<StartedTick>`
    insert into runs (flow, plan_hash, trigger, tick, status, ended_at, fault)
    select ${tick.flow}, ${tick.planHash}, 'schedule', ${tick.at},
           case when busy.yes or pause.fault is not null then 'skipped' else 'queued' end,
           case when busy.yes or pause.fault is not null then now() end, pause.fault
    from (
      select ${tick.overlap} = 'skip' and (
        exists (
          select 1 from runs
          where flow = ${tick.flow} and status in ('queued', 'running') and read_at is null and trigger <> 'replay'
        )
        or exists (select 1 from batches where flow = ${tick.flow})
        or exists (select 1 from runs where flow = ${tick.flow} and status = 'held')
      ) as yes
    ) as busy left join lateral (
      ${pausesOver(sql`${tick.flow}::text`, sql`${tick.planHash}::text`)} limit 1
    ) as pause on true
    on conflict (flow, tick) where trigger = 'schedule' do nothing
    returning id, status, fault`.execute(db);
  return rows[0];
}

export interface StartedTick {
  readonly id: number;
  readonly status: 'queued' | 'skipped';
  /** Of one that was skipped: the pause, if it was for that. */
  readonly fault: FaultNote | null;
}

/** The newest tick a flow has had, to see which were missed. */
export async function lastTick(db: Database, flow: string): Promise<Date | undefined> {
  const { rows } = await sql<{ tick: Date }>`
    select tick from runs where flow = ${flow} and trigger = 'schedule' order by tick desc limit 1`.execute(
    db,
  );
  return rows[0]?.tick;
}

/** Takes a run for reading, for as long as its reader renews it; `undefined` if another reader has it. */
export async function claimRun(db: Database, id: number, leaseMs: number): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`
    update runs set status = 'running', started_at = coalesce(started_at, now()),
                    cursor_before = case when started_at is null then ${cursorNow} else cursor_before end,
                    read_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${id} and status = 'queued'
    returning *, 0 as pending`.execute(db);
  return rows[0] && toRun(rows[0]);
}

/**
 * As `claimRun`, but only while no other run of the flow is reading: of two that read side by side, the slower one
 * would stage what it saw earlier behind what the quicker one saw later. Nor while the flow is paused. Who does not get its
 * turn stays queued.
 */
export async function claimReading(db: Database, id: number, leaseMs: number): Promise<Run | undefined> {
  return await db.transaction().execute(async (tx) => {
    await sql`
      select pg_advisory_xact_lock(hashtext('tradelane reading'), hashtext(flow)) from runs where id = ${id}
    `.execute(tx);
    const { rows } = await sql`
      select 1 from runs join runs as other using (flow)
      where runs.id = ${id} and other.status = 'running' and other.read_at is null and other.trigger <> 'replay'
      union all
      select 1 from runs where runs.id = ${id} and ${isRunPaused}
      limit 1`.execute(tx);
    return rows.length > 0 ? undefined : await claimRun(tx, id, leaseMs);
  });
}

/**
 * A run that stands still before all of it is read is queued again; it reads on from the cursor of the last page that was
 * staged, if there is one. `false`: it is not its reader's any more.
 */
export async function putBack(db: Database, id: number, readOn: string | undefined): Promise<boolean> {
  const { rows } = await sql`
    update runs set status = 'queued', read_until = null, read_on = coalesce(${readOn ?? null}, read_on)
    where id = ${id} and status = 'running' and read_at is null
    returning id`.execute(db);
  return rows.length === 1;
}

/** `false` if the run was taken away meanwhile. */
export async function renewRun(db: Database, id: number, leaseMs: number): Promise<boolean> {
  const { rows } = await sql`
    update runs set read_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${id} and status = 'running' and read_at is null
    returning id`.execute(db);
  return rows.length === 1;
}

/**
 * The reading of a run has ended, well or not. One that was held meanwhile has ended before, cut short as it seemed: it
 * was not if everything is read all the same.
 */
export async function endReading(db: Database, id: number, fault: FaultNote | undefined): Promise<void> {
  const note = fault ? sealNote(fault) : null;
  await sql`
    update runs
    set read_at = coalesce(read_at, now()),
        cursor_after = case when read_at is null then ${cursorNow} else cursor_after end,
        fault = case
          when read_at is null then coalesce(${note}::jsonb, fault)
          when fault->>'code' = ${cutShort.code} then null
          else fault
        end
    where id = ${id} and (read_at is null or (${note === null} and guard is not null and ended_at is null))
  `.execute(db);
}

/** How the reading of a run ends that is held meanwhile. */
export const cutShort: FaultNote = {
  code: 'TL_RUN_STOPPED',
  message: 'held for approval before everything was read; the next run goes on from the cursor',
};

/**
 * Readers that died: what they staged stays and is delivered, the next run goes on from the cursor. A replay reads no
 * source: whoever takes its set over goes on with it.
 */
export async function endLostReadings(db: Database): Promise<readonly number[]> {
  const fault: FaultNote = {
    code: 'TL_LEASE_LOST',
    message: 'the process that was reading ended before its run',
  };
  const { rows } = await sql<{ id: number }>`
    update runs set read_at = now(), cursor_after = ${cursorNow}, fault = ${sealNote(fault)}::jsonb
    where status = 'running' and read_at is null and read_until < now() and trigger <> 'replay'
    returning id`.execute(db);
  return rows.map((row) => row.id);
}

/** How far the flow of a run has read by now. */
const cursorNow = sql`(select cursor from cursors where cursors.flow = runs.flow)`;

/**
 * Gives a run its final status once nothing of it is staged or held any more, but for what is blocked: that may take
 * days. `true` if that was now.
 */
export async function endSettledRun(db: Database, id: number): Promise<boolean> {
  const { rows } = await sql`
    with settled as (
      update runs set ended_at = now(), status = ${finalStatus(sql.ref)}
      where id = ${id} and status = 'running' and read_at is not null
        and not exists (select 1 from batches where run_id = ${id})
        and not exists (select 1 from held where run_id = ${id} and blocked_at is null)
      returning id
    ), forgotten as (
      delete from guarded where run_id in (select id from settled)
    )
    select id from settled`.execute(db);
  return rows.length === 1;
}

/** Runs whose reading is over but that are not settled: the net under a crash between the two. */
export async function findUnsettledRuns(db: Database): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from runs where status = 'running' and read_at is not null
      and not exists (select 1 from batches where run_id = runs.id)
      and not exists (select 1 from held where run_id = runs.id and blocked_at is null)`.execute(db);
  return rows.map((row) => row.id);
}

/** Those that may read now: no pause is over their flow. */
export async function findQueuedRuns(db: Database): Promise<readonly { id: number; flow: string }[]> {
  const { rows } = await sql<{ id: number; flow: string }>`
    select id, flow from runs where status = 'queued' and not ${isRunPaused} order by id`.execute(db);
  return rows;
}

export async function loadRun(db: Database, id: number): Promise<Run | undefined> {
  const { rows } = await sql<RunRow>`${selectRun} where id = ${id}`.execute(db);
  return rows[0] && toRun(rows[0]);
}

export async function loadRuns(db: Database, ids: readonly number[]): Promise<ReadonlyMap<number, Run>> {
  const { rows } = await sql<RunRow>`${selectRun} where id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [row.id, toRun(row)]));
}

export interface RunFilter {
  readonly flow?: string | undefined;
  /** Only runs of these flows. */
  readonly flows?: FlowScope | undefined;
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly triggers?: readonly Trigger[] | undefined;
  /** Only runs that were asked for since then, and before then. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Only runs with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function listRuns(db: Database, filter: RunFilter): Promise<readonly Run[]> {
  const { flow, flows = 'all', statuses, triggers, since, until, before, limit } = filter;
  // Only what is asked for is part of the statement: each of these is looked up by another index, if by any.
  const conditions = [
    ...(flow === undefined ? [] : [sql`flow = ${flow}`]),
    ...(flows === 'all' ? [] : [flowIn(sql`flow`, flows)]),
    ...(statuses === undefined ? [] : [sql`status = any(${statuses}::text[])`]),
    ...(triggers === undefined ? [] : [sql`trigger = any(${triggers}::text[])`]),
    ...(since === undefined ? [] : [sql`created_at >= ${since}`]),
    ...(until === undefined ? [] : [sql`created_at < ${until}`]),
    ...(before === undefined ? [] : [sql`id < ${before}`]),
  ];
  const { rows } = await sql<RunRow>`
    ${selectRun} where ${sql.join([sql`true`, ...conditions], sql` and `)}
    order by id desc limit ${limit}`.execute(db);
  return rows.map(toRun);
}

/** The flow of each of these runs, as far as there are such. */
export async function listFlowsOfRuns(db: Database, ids: readonly number[]): Promise<readonly string[]> {
  const { rows } = await sql<{ flow: string }>`
    select distinct flow from runs where id = any(${ids}::bigint[])`.execute(db);
  return rows.map(({ flow }) => flow);
}

/** Throws where the database does not answer, or holds nothing of ours any more. */
export async function proveRuns(db: Database): Promise<void> {
  await sql`select 1 from runs limit 1`.execute(db);
}

/** The newest run of each flow, and whatever is still open. Skips from flow to flow, over however many runs. */
export async function listCurrentRuns(db: Database): Promise<readonly Run[]> {
  const { rows } = await sql<RunRow>`
    ${selectRun} where id = any(array(
      select id from runs where status in ('queued', 'running')
      union all select id from runs where status = 'held'
      union all select newest.id from (select distinct flow from plans) as flows cross join lateral (
        select id from runs where runs.flow = flows.flow and status <> 'skipped' order by id desc limit 1
      ) as newest
    ))
    order by flow, id`.execute(db);
  return rows.map(toRun);
}

const selectRun = sql`
  select runs.*,
    (select coalesce(sum(records), 0)::bigint from batches where run_id = runs.id)
      + (select count(*) from held where run_id = runs.id and blocked_at is null) as pending
  from runs`;

type RunRow = Record<keyof Counts | 'still_open', number> & {
  readonly id: number;
  readonly flow: string;
  readonly plan_hash: string | null;
  readonly trigger: Trigger;
  readonly tick: Date | null;
  readonly options: RunOptions;
  readonly status: RunStatus;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly approved_at: Date | null;
  readonly read_at: Date | null;
  readonly cursor_before: string | null;
  readonly cursor_after: string | null;
  readonly read_on: string | null;
  readonly fault: FaultNote | null;
  readonly guard: FaultNote | null;
};

function toRun(row: RunRow): Run {
  const { read, delivered, unchanged, filtered, superseded, blocked, failed, pending } = row;
  return {
    id: row.id,
    flow: row.flow,
    planHash: row.plan_hash,
    trigger: row.trigger,
    tick: row.tick,
    options: row.options,
    status: row.status,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    approvedAt: row.approved_at,
    readAt: row.read_at,
    cursor: { before: row.cursor_before, after: row.cursor_after },
    readOn: row.read_on,
    counts: { read, delivered, unchanged, filtered, superseded, blocked, failed, pending },
    stillOpen: row.still_open,
    fault: row.status === 'held' ? row.guard : row.fault,
  };
}

export async function loadCursor(db: Database, flow: string): Promise<string | undefined> {
  const { rows } = await sql<{ cursor: string }>`select cursor from cursors where flow = ${flow}`.execute(db);
  return requireOpened(rows[0]?.cursor);
}
