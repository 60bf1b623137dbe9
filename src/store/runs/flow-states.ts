import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** How a flow stands, from what the database knows of it. */
export interface FlowState {
  readonly flow: string;
  /** The newest run that read its source: no replay, and no tick that was skipped. */
  readonly lastRun: number | null;
  /** The process that read it has ended before it was read, or nobody has begun to read it for a minute. */
  readonly isLost: boolean | null;
  /** When a run last read all that was new, to the end. */
  readonly caughtUpAt: Date | null;
  /** When the flow was last asked to run, by a person or by its schedule; a tick that was skipped counts. */
  readonly askedAt: Date | null;
  readonly errors: number;
  readonly oldestError: Date | null;
  /** Records that are staged or held, blocked ones among them. */
  readonly waiting: number;
  readonly oldestWaiting: Date | null;
  /** Runs that wait for a person to approve or reject them. */
  readonly held: readonly number[];
}

/** The state of each flow that is named or has ever run, sorted by flow. */
export async function loadFlowStates(db: Database, named: readonly string[]): Promise<readonly FlowState[]> {
  const { rows } = await sql<FlowState>`
    select flow, last.id as "lastRun", last.lost as "isLost", caught_up.at as "caughtUpAt", asked.at as "askedAt",
           errors.count as errors, errors.oldest as "oldestError",
           staged.count + kept.count as waiting, least(staged.oldest, kept.oldest) as "oldestWaiting",
           array(select id from runs where runs.flow = flows.flow and status = 'held' order by id) as held
    from (select flow from plans union select unnest(${named}::text[])) as flows
      left join lateral (
        select id, read_at is null and (
            (status = 'running' and read_until < now())
            or (status = 'queued' and created_at < now() - interval '1 minute' and not exists (
              select 1 from runs as other
              where other.flow = flows.flow and other.status in ('running', 'held') and other.read_at is null
                and other.read_until >= now()
            ))
          ) as lost
        from runs where runs.flow = flows.flow and trigger <> 'replay' and status <> 'skipped'
        order by id desc limit 1
      ) as last on true
      left join lateral (
        select read_at as at from runs
        where runs.flow = flows.flow and trigger <> 'replay' and read_at is not null and fault is null
          and not options ?| array['since', 'until', 'limit']
        order by id desc limit 1
      ) as caught_up on true
      left join lateral (
        select greatest(tick, created_at) as at from runs where runs.flow = flows.flow and trigger <> 'replay'
        order by id desc limit 1
      ) as asked on true
      cross join lateral (
        select count(*) as count, min(created_at) as oldest from errors
        where errors.flow = flows.flow and state in ('open', 'replaying')
      ) as errors
      cross join lateral (
        select coalesce(sum(records), 0)::bigint as count, min(staged_at) as oldest from batches
        where batches.flow = flows.flow
      ) as staged
      cross join lateral (
        select count(*) as count, min(held_at) as oldest from held where held.flow = flows.flow
      ) as kept
    order by flow`.execute(db);
  return rows;
}

/** When the tables were made: what was to happen before that, nobody has seen. */
export async function databaseSince(db: Database): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(timestamp::timestamptz) as at from tradelane.kysely_migration`.execute(db);
  return rows[0]?.at ?? undefined;
}
