import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { type PauseNote, pausesOver } from '../waiting/pauses.ts';

/** Who works a set, and for how long nobody else does. */
export interface BulkLease {
  readonly id: number;
  readonly owner: string;
  readonly leaseMs: number;
}

/**
 * Takes a set that nobody works, if it is its turn: over each connection one replay at a time, those that run before
 * those that wait, and these in the order in which they were made. One whose next records a pause is over stands still, and
 * nobody waits for it.
 */
export async function claimBulk(db: Database, { id, owner, leaseMs }: BulkLease): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    // Two that are claimed at once would each find that the other does not run yet.
    await sql`select pg_advisory_xact_lock(hashtext('tradelane bulks'))`.execute(tx);
    const { rows } = await sql`
      update bulks
      set state = 'running', owner = ${owner}, lease_until = now() + ${leaseMs} * interval '1 millisecond',
          started_at = coalesce(started_at, now())
      where id = ${id} and ${isFree} and ${isItsTurn} returning id`.execute(tx);
    return rows.length === 1;
  });
}

/** Sets that could be worked now, and are not. */
export async function findFreeBulks(db: Database): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from bulks where ${isFree} and ${isItsTurn} order by id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Keeps a set its worker's, and locks it until the transaction ends. `false`: it was paused, stopped or taken over. */
export async function holdBulk(tx: Database, { id, owner, leaseMs }: BulkLease): Promise<boolean> {
  const { rows } = await sql`
    update bulks set lease_until = now() + ${leaseMs} * interval '1 millisecond'
    where id = ${id} and owner = ${owner} and state = 'running' returning id`.execute(tx);
  return rows.length === 1;
}

/** Leaves a set to the next one who comes. */
export async function releaseBulk(db: Database, { id, owner }: Omit<BulkLease, 'leaseMs'>): Promise<void> {
  await sql`
    update bulks set owner = null, lease_until = null where id = ${id} and owner = ${owner}`.execute(db);
}

/** The sets that one has to wait for, as they write to the same connections. */
export async function findAhead(db: Database, id: number): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select ahead.id from bulks join bulks as ahead on ${isAhead} where bulks.id = ${id} order by ahead.id`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

/** Why a set stands still: a pause is over the flow of what is to be staged next, or else of what it has staged. */
export async function findStandstill(db: Database, id: number): Promise<PauseNote | undefined> {
  const { rows } = await sql<{ fault: PauseNote }>`
    select fault from (select ${id}::bigint as id) as bulks cross join lateral (${standstill(sql`bulks.id`)}) as pause
    limit 1`.execute(db);
  return rows[0]?.fault;
}

const standstill = (id: RawBuilder<unknown>) => sql`
  select pause.fault from (
    select flow, plan_hash from (
      (select 1 as rank, flow, plan_hash from bulk_items where bulk_id = ${id} and state = 'waiting'
       order by flow, plan_hash, error_id limit 1)
      union all
      (select 2, batches.flow, runs.plan_hash
       from bulk_runs join batches using (run_id) join runs on runs.id = run_id
       where bulk_runs.bulk_id = ${id} limit 1)
    ) as either order by rank limit 1
  ) as next cross join lateral (${pausesOver(sql`next.flow`, sql`next.plan_hash`)}) as pause
  where plan_hash is not null`;

const isFree = sql`state in ('waiting', 'running') and (owner is null or lease_until < now())`;

const isAhead = sql`
  bulks.state in ('waiting', 'running') and ahead.id <> bulks.id and ahead.connections && bulks.connections
  and not exists (${standstill(sql`ahead.id`)})
  and (ahead.state = 'running' or (ahead.state = 'waiting' and bulks.state = 'waiting' and ahead.id < bulks.id))
`;

const isItsTurn = sql`(
  not exists (select 1 from bulks as ahead where ${isAhead}) and not exists (${standstill(sql`bulks.id`)})
)`;
