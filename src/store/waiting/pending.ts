import { type RawBuilder, sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import type { FaultNote } from '../runs/runs.ts';
import type { Reference } from './blocked.ts';
import { isOverruled, pausesOver } from './pauses.ts';

/** Which flows are meant; both must fit. */
export interface FlowFilter {
  readonly flow?: string | undefined;
  readonly flows?: FlowScope | undefined;
}

export interface PendingFilter extends FlowFilter {
  readonly limit: number;
  /** Only what stands behind this in the order of the list; times in milliseconds since 1970. */
  readonly after?: readonly (string | number)[] | undefined;
}

/** A connection that is known to be away: everything that is written over it waits. */
export interface AwayConnection {
  readonly connection: string;
  readonly fault: FaultNote;
  readonly since: Date;
  readonly probes: number;
  readonly probeAt: Date;
}

/** Those that one of these flows writes over. */
export async function listAwayConnections(
  db: Database,
  flows: FlowScope = 'all',
): Promise<readonly AwayConnection[]> {
  const isOfThem = sql`exists (
    select from plans where plans.target = circuits.connection and ${flowIn(sql`plans.flow`, flows)}
  )`;
  const { rows } = await sql<AwayConnection>`
    select connection, fault, opened_at as since, probes, probe_at as "probeAt"
    from circuits where ${flows === 'all' ? sql`true` : isOfThem} order by opened_at`.execute(db);
  return rows;
}

/**
 * A lane whose next batch could not be delivered as a whole, belongs to a run that waits for approval, or is paused; what
 * is staged behind it waits as well.
 */
export interface WaitingLane {
  readonly flow: string;
  readonly lane: number;
  readonly run: number;
  readonly batches: number;
  readonly records: number;
  readonly attempts: number;
  readonly since: Date;
  /** `null`: when a person has approved the run that holds the lane up, or has ended the pause. */
  readonly nextAttemptAt: Date | null;
  readonly fault: FaultNote;
}

export async function listWaitingLanes(
  db: Database,
  { limit, after, ...which }: PendingFilter,
): Promise<readonly WaitingLane[]> {
  const { rows } = await sql<WaitingLane>`
    select flow, lane, run, batches, records, attempts, since, due_at as "nextAttemptAt", fault
    from ${waitingLanes(which)} as waiting
    where ${isBehind(sql`flow, lane::bigint`, after)}
    order by flow, lane limit ${limit}`.execute(db);
  return rows;
}

/** A record that is blocked until all of these are known at the target. */
export interface BlockedRecord {
  readonly flow: string;
  readonly key: string;
  readonly run: number;
  readonly since: Date;
  readonly target: string;
  readonly references: readonly Reference[];
  /** Later versions of it that wait behind. */
  readonly behind: number;
}

export async function listBlocked(
  db: Database,
  { limit, after, ...which }: PendingFilter,
): Promise<readonly BlockedRecord[]> {
  const { rows } = await sql<BlockedRecord>`
    select held.flow, held.key, run_id as run, held_at as since, awaited.target, awaited.references, ${behind}
    from held cross join lateral (
      select min(target) as target,
             jsonb_agg(jsonb_build_object('entity', entity, 'key', key) order by entity, key) as references
      from awaited_xrefs where held_id = held.id
    ) as awaited
    where blocked_at is not null and due_at is null and awaited.references is not null and ${ofFlow(sql`held.flow`, which)}
      and ${isBehind(blockedPlace, after)}
    order by ${blockedPlace} limit ${limit}`.execute(db);
  return rows;
}

/** A create whose outcome nobody knows: it is looked for, and not made again before `until`. */
export interface DoubtfulRecord {
  readonly flow: string;
  readonly key: string;
  readonly run: number;
  readonly entity: string;
  readonly target: string;
  readonly since: Date;
  readonly until: Date;
  /** `null`: nothing waits to look for it; its record is in the errors, or another one of its key is awaited. */
  readonly nextLookAt: Date | null;
}

export async function listInDoubt(
  db: Database,
  { limit, after, ...which }: PendingFilter,
): Promise<readonly DoubtfulRecord[]> {
  const { rows } = await sql<DoubtfulRecord>`
    select runs.flow, known_records.key, coalesce(held.run_id, runs.id) as run, entity, target,
           doubt_since as since, doubt_until as until, held.due_at as "nextLookAt"
    from known_records join key_spaces on key_spaces.id = space join runs on runs.id = known_records.run_id
    left join lateral (
      select run_id, due_at from held where held.flow = runs.flow and held.key = known_records.key order by id limit 1
    ) as held on true
    where doubt_until > now() and ${ofFlow(sql`runs.flow`, which)}
      and ${isBehind(doubtPlace, after)}
    order by ${doubtPlace} limit ${limit}`.execute(db);
  return rows;
}

/** What is in doubt is tried again, but not yet: it is listed as that. */
const isInDoubt = sql`exists (
  select 1 from known_records join runs on runs.id = known_records.run_id
  where doubt_until > now() and known_records.key = held.key and runs.flow = held.flow
)`;

/** A record that is tried again by itself. */
export interface RetriedRecord {
  readonly flow: string;
  readonly key: string;
  readonly run: number;
  /** That have failed, of how many in all. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly since: Date;
  readonly nextAttemptAt: Date;
  /** `null`: nothing has failed yet; its turn has just come. */
  readonly fault: FaultNote | null;
  readonly behind: number;
}

export async function listRetried(
  db: Database,
  { limit, after, ...which }: PendingFilter,
): Promise<readonly RetriedRecord[]> {
  const { rows } = await sql<RetriedRecord>`
    select held.flow, held.key, run_id as run, attempts, max_attempts as "maxAttempts", held_at as since,
           due_at as "nextAttemptAt", fault, ${behind}
    from held where due_at is not null and not (${isInDoubt}) and ${ofFlow(sql`held.flow`, which)}
      and ${isBehind(retriedPlace, after)}
    order by ${retriedPlace} limit ${limit}`.execute(db);
  return rows;
}

/** What the longest waiting record of a flow waits for. */
export interface WaitingCause extends Pick<WaitingLane, 'flow' | 'since' | 'nextAttemptAt' | 'fault'> {}

/** Of each flow whose single records wait because of one of these codes, the one that has waited longest. */
export async function listWaitingFor(
  db: Database,
  codes: readonly string[],
): Promise<readonly WaitingCause[]> {
  const { rows } = await sql<WaitingCause>`
    select distinct on (flow) flow, held_at as since, due_at as "nextAttemptAt", fault
    from held where due_at is not null and fault->>'code' = any(${codes}::text[])
    order by flow, held_at, id`.execute(db);
  return rows;
}

/** Records that wait for anything but their turn. */
export async function countWaiting(db: Database, which: FlowFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from held where (due_at is null or due_at > now()) and ${ofFlow(sql`held.flow`, which)})
      + (select coalesce(sum(records), 0)::bigint from ${waitingLanes(which)} as waiting) as count`.execute(
    db,
  );
  return present(rows[0], 'the row of a count').count;
}

/** Of a lane only its first batch is looked at: the others wait for that. */
function waitingLanes(which: FlowFilter): RawBuilder<unknown> {
  return sql`(
    select lanes.flow, lanes.lane, head.run_id as run, whole.batches, whole.records, head.attempts, whole.since,
           case
             when pause.fault is not null then pause.until
             when status <> 'held' then greatest(head.due_at, circuits.probe_at)
           end as due_at,
           coalesce(case when status = 'held' then guard end, pause.fault, head.fault, circuits.fault) as fault
    from lanes cross join lateral (
      select run_id, attempts, due_at, fault from batches
      where batches.flow = lanes.flow and batches.lane = lanes.lane order by seq limit 1
    ) as head join runs on runs.id = head.run_id
      left join plans on hash = plan_hash left join circuits on connection = plans.target
      left join lateral (
        select * from (${pausesOver(sql`lanes.flow`, sql`plan_hash`)}) as over
        where not ${isOverruled(sql`lanes.flow`)} limit 1
      ) as pause on true
      cross join lateral (
        select count(*) as batches, sum(records)::bigint as records, min(staged_at) as since from batches
        where batches.flow = lanes.flow and batches.lane = lanes.lane
      ) as whole
    where (coalesce(pause.fault, head.fault, circuits.fault) is not null or status = 'held')
      and ${ofFlow(sql`lanes.flow`, which)}
  )`;
}

function ofFlow(column: RawBuilder<unknown>, { flow, flows = 'all' }: FlowFilter): RawBuilder<unknown> {
  return sql`(${flow ?? null}::text is null or ${column} = ${flow ?? null}) and ${flowIn(column, flows)}`;
}

const behind = sql`(
  select count(*) from held as later
  where later.flow = held.flow and later.key = held.key and later.id > held.id
) as behind`;

/** Milliseconds since 1970: what a row shows of a time is no finer. */
const toMs = (time: RawBuilder<unknown>) => sql`floor(extract(epoch from ${time}) * 1000)`;

const blockedPlace = sql`${toMs(sql`held_at`)}, held.flow, held.key`;
const retriedPlace = sql`${toMs(sql`due_at`)}, held.flow, held.key`;
const doubtPlace = sql`${toMs(sql`doubt_until`)}, runs.flow, known_records.key`;

function isBehind(place: RawBuilder<unknown>, after: PendingFilter['after']): RawBuilder<unknown> {
  return after === undefined ? sql`true` : sql`(${place}) > (${sql.join(after)})`;
}
