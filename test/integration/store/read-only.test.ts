import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openStoreToRead } from '../../../src/app/open/open-store.ts';
import { pendingMigrations } from '../../../src/store/postgres/migrate.ts';
import { raisePageLength } from '../../../src/store/runs/page-lengths.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();

it('a session for commands that only look refuses to write', async () => {
  const store = await openStoreToRead({ DATABASE_URL: database.url }, '/nowhere');
  try {
    const write = raisePageLength(store.db, { connection: 'shop', list: 'orders', length: 1 });
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

it('a database without any tables is given them, empty, and can only be read all the same', async () => {
  await sql`drop schema tradelane cascade`.execute(database.db);
  const store = await openStoreToRead({ DATABASE_URL: database.url }, '/nowhere');
  try {
    expect((await sql`select 1 from runs`.execute(store.db)).rows).toEqual([]);
    await expect(sql`delete from runs`.execute(store.db)).rejects.toThrow('read-only transaction');
  } finally {
    await store.close();
  }
  expect(await pendingMigrations(database.db)).toEqual([]);
});
