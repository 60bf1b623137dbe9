import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** Who works a set, and for how long nobody else does. */
export interface BulkLease {
  readonly id: number;
  readonly owner: string;
  readonly leaseMs: number;
}

/**
 * Takes a set that nobody works, if it is its turn: over each connection one replay at a time, those that run before
 * those that wait, and these in the order in which they were made.
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

const isFree = sql`state in ('waiting', 'running') and (owner is null or lease_until < now())`;

const isAhead = sql`
  bulks.state in ('waiting', 'running') and ahead.id <> bulks.id and ahead.connections && bulks.connections
  and (ahead.state = 'running' or (ahead.state = 'waiting' and bulks.state = 'waiting' and ahead.id < bulks.id))
`;

const isItsTurn = sql`not exists (select 1 from bulks as ahead where ${isAhead})`;
