import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openKeySpaces } from '../../../src/store/line/key-spaces.ts';
import { acquireLane } from '../../../src/store/line/lanes.ts';
import { findXrefsById } from '../../../src/store/line/xrefs.ts';
import { openDatabase } from '../../../src/store/postgres/database.ts';
import { useDatabase } from '../../support/database.ts';

/** How the server carries out what is asked for every batch. */

const database = useDatabase('test');
const scope = { entity: 'order', source: 'shop', target: 'erp' };
const lane = { flow: 'orders', lane: 1, owner: 'a worker', leaseMs: 1_000 };

it('plans what every batch asks for once a connection', async () => {
  const db = await openDatabase(database.url, { connections: 1 });
  try {
    for (let times = 0; times < 3; times++) await acquireLane(db, lane);
    await sql`select 1`.execute(db);
    expect(await namesOf(db)).toEqual(['tradelane_1']);
  } finally {
    await db.destroy();
  }
});

it('does without where a pooler has lost what was planned', async () => {
  const db = await openDatabase(database.url, { connections: 1 });
  try {
    await acquireLane(db, lane);
    await sql`deallocate all`.execute(db);
    // As an outage: what is under way waits, and is done again.
    await expect(acquireLane(db, lane)).rejects.toThrow(/^PostgreSQL does not answer: prepared statement/);
    expect(await acquireLane(db, lane)).toBeUndefined();
    expect(await namesOf(db)).toEqual([]);
  } finally {
    await db.destroy();
  }
});

it('does without once a later version has changed what a statement gives', async () => {
  const db = await openDatabase(database.url, { connections: 1 });
  try {
    for (let times = 0; times < 7; times++) await acquireLane(db, lane);
    await sql`alter table lanes alter column last_seq type numeric`.execute(database.db);
    await sql`insert into lanes (flow, lane) values (${lane.flow}, ${lane.lane})`.execute(database.db);
    await expect(acquireLane(db, lane)).rejects.toThrow(/^PostgreSQL does not answer: cached plan/);
    expect(await acquireLane(db, lane)).toMatchObject({ epoch: 1 });
  } finally {
    await db.destroy();
  }
});

it('finds who has an id by the index, however little is known of the table', async () => {
  const { db } = database;
  await openKeySpaces(db, 'orders', scope);
  await sql`
    insert into known_records (space, key, target_id, link, run_id)
    select id, 'O-' || n, 'id ' || n, 'k', 1 from key_spaces, generate_series(1, 20000) as n`.execute(db);
  const ids = Array.from({ length: 100 }, (_, nth) => `id ${nth * 10}`);
  const read = await db.connection().execute(async (one) => {
    const before = await tuplesRead(one);
    expect(await findXrefsById(one, scope, ids)).toHaveLength(99);
    return (await tuplesRead(one)) - before;
  });
  expect(read).toBe(99);
});

async function namesOf(db: typeof database.db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db);
  return rows.map(({ name }) => name);
}

/** From tables and indexes, by this session so far. */
async function tuplesRead(db: typeof database.db): Promise<number> {
  await sql`select pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ read: number }>`
    select seq_tup_read + coalesce((select sum(idx_tup_read) from pg_stat_user_indexes as i where i.relid = t.relid), 0)
           as read
    from pg_stat_user_tables as t where relname = 'known_records'`.execute(db);
  return Number(rows[0]?.read);
}
