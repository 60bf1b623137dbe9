import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStoreToRead } from '../../src/cli/open-store.ts';
import { saveCursor } from '../../src/store/cursors.ts';
import { openDatabase } from '../../src/store/database.ts';
import { pendingMigrations } from '../../src/store/migrate.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

it('a session for commands that only look refuses to write', async () => {
  const store = await openStoreToRead({ DATABASE_URL: database.url }, '/nowhere');
  try {
    const write = saveCursor(store.db, { flow: 'orders', cursor: '1', runId: 1 });
    await expect(write).rejects.toThrow('cannot execute INSERT in a read-only transaction');
    const transaction = store.db.transaction().execute((tx) => sql`delete from runs`.execute(tx));
    await expect(transaction).rejects.toThrow('read-only transaction');
  } finally {
    await store.close();
  }
});

it('tables of an older version are named, and left as they are', async () => {
  await sql`delete from kysely_migration where name = '0005-guards'`.execute(database.db);
  await expect(openStoreToRead({ DATABASE_URL: database.url }, '/nowhere')).rejects.toMatchObject({
    code: 'TL_STORE_UNAVAILABLE',
    message: expect.stringContaining('0005-guards'),
  });
  expect(await pendingMigrations(database.db)).toEqual(['0005-guards']);
});

it('a database without any tables is named as well, and stays empty', async () => {
  await sql`drop schema tradelane cascade`.execute(database.db);
  await expect(openStoreToRead({ DATABASE_URL: database.url }, '/nowhere')).rejects.toMatchObject({
    code: 'TL_STORE_UNAVAILABLE',
    message: expect.stringContaining('tradelane migrate'),
  });
  const db = await openDatabase(database.url, { connections: 1 });
  try {
    const { rows } =
      await sql`select 1 from information_schema.schemata where schema_name = 'tradelane'`.execute(db);
    expect(rows).toEqual([]);
  } finally {
    await db.destroy();
  }
});
