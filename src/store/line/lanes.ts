import { type RawBuilder, sql } from 'kysely';
import { Fault } from '../../contract/fault.ts';
import type { Database } from '../postgres/database.ts';
import { plannedOnce } from '../postgres/planned-once.ts';
import { notAwaitingApproval } from '../runs/not-awaiting-approval.ts';
import { isOverruled, pausesOver } from '../waiting/pauses.ts';

/** The right to work a lane, until it runs out. The epoch proves it when outcomes are recorded. */
export interface Lease {
  readonly flow: string;
  readonly lane: number;
  readonly owner: string;
  readonly epoch: number;
  /** Of the last batch staged when the lease was taken. */
  readonly lastSeq: number;
}

export async function acquireLane(
  db: Database,
  at: { readonly flow: string; readonly lane: number; readonly owner: string; readonly leaseMs: number },
): Promise<Lease | undefined> {
  const { rows } = await sql<{ epoch: number; last_seq: number }>`
    ${plannedOnce} update lanes set owner = ${at.owner}, epoch = epoch + 1,
                     lease_until = now() + ${at.leaseMs} * interval '1 millisecond'
    where flow = ${at.flow} and lane = ${at.lane} and (owner is null or lease_until < now())
      and (wanted_until is null or wanted_until < now() or wanted_by = ${at.owner})
    returning epoch, last_seq`.execute(db);
  const row = rows[0];
  return row && { flow: at.flow, lane: at.lane, owner: at.owner, epoch: row.epoch, lastSeq: row.last_seq };
}

export async function renewLane(db: Database, lease: Lease, leaseMs: number): Promise<boolean> {
  const { rows } = await sql`
    update lanes set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    where flow = ${lease.flow} and lane = ${lease.lane} and epoch = ${lease.epoch} and owner = ${lease.owner}
    returning lane`.execute(db);
  return rows.length === 1;
}

/** Returns the last batch staged by now; `undefined` if the lane belonged to another already. */
export async function releaseLane(db: Database, lease: Lease): Promise<number | undefined> {
  const { rows } = await sql<{ last_seq: number }>`
    ${plannedOnce} update lanes
    set owner = null, lease_until = null, wanted_until = case when wanted_by = owner then null else wanted_until end
    where flow = ${lease.flow} and lane = ${lease.lane} and epoch = ${lease.epoch}
    returning last_seq`.execute(db);
  return rows[0]?.last_seq;
}

/**
 * Nobody else begins to work the lane for so long, and who is working it gives it back after the batch under way, however
 * much there is to do. Of two who want it, the first does.
 */
export async function wantLane(
  db: Database,
  { flow, lane, owner, forMs }: Pick<Lease, 'flow' | 'lane' | 'owner'> & { readonly forMs: number },
): Promise<void> {
  await sql`
    update lanes set wanted_by = ${owner}, wanted_until = now() + ${forMs} * interval '1 millisecond'
    where flow = ${flow} and lane = ${lane}
      and (wanted_until is null or wanted_until < now() or wanted_by = ${owner})`.execute(db);
}

/** First statement of every transaction that records outcomes: throws if the lane belongs to another by now. */
export async function fenceLane(db: Database, lease: Lease): Promise<void> {
  const { rows } = await ownLane(lease).execute(db);
  if (rows.length === 0) throw leaseLost(lease);
}

/** One row, locked, if the lane is still worked under this lease; else none. */
export function ownLane({ flow, lane, epoch, owner }: Lease): RawBuilder<unknown> {
  return sql`
    select 1 from lanes where flow = ${flow} and lane = ${lane} and epoch = ${epoch} and owner = ${owner}
    for update`;
}

export function leaseLost({ flow, lane }: Lease): Fault {
  return new Fault('TL_LEASE_LOST', `lane ${lane} of ${flow} is worked by another process by now`);
}

/** Lanes that have something due, nobody working on it, no pause over it, and a target that is not known to be away. */
export async function findIdleLanes(db: Database): Promise<readonly { flow: string; lane: number }[]> {
  const { rows } = await sql<{ flow: string; lane: number }>`
    select flow, lane from lanes
    where (owner is null or lease_until < now())
      and exists (
        select 1 from (
          (select run_id, due_at from batches
           where batches.flow = lanes.flow and batches.lane = lanes.lane order by seq limit 1)
          union all
          (select run_id, due_at from held
           where held.flow = lanes.flow and held.lane = lanes.lane and due_at <= now() and ${notAwaitingApproval}
           order by due_at limit 1)
        ) as next join runs on runs.id = run_id
          left join plans on hash = plan_hash left join circuits on connection = target
        where due_at <= now() and runs.status <> 'held' and (probe_at is null or probe_at <= now())
          and (
            not exists (${pausesOver(sql`lanes.flow`, sql`plan_hash`)}) or ${isOverruled(sql`lanes.flow`)}
          )
      )`.execute(db);
  return rows;
}
