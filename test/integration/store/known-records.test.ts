import { hash } from 'node:crypto';
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { openStoreToRead } from '../../../src/app/open/open-store.ts';
import { loadKnownKeys } from '../../../src/store/line/known-keys.ts';
import { listXrefs } from '../../../src/store/line/list-xrefs.ts';
import { deleteXrefs, findXrefsById } from '../../../src/store/line/xrefs.ts';
import { createMigrator, migrate, pendingMigrations } from '../../../src/store/postgres/migrate.ts';
import { moveKnownRecords } from '../../../src/store/postgres/move-known-records.ts';
import { useDatabase } from '../../support/database.ts';

/** What deliveries and cross-references become when a database of an earlier version is brought up to date. */

const database = useDatabase('test');
const scope = { entity: 'order', source: 'shop', target: 'erp' };
const rows = 12_000;

beforeEach(async () => {
  const { db } = database;
  await sql`drop schema tradelane cascade`.execute(db);
  await sql`create schema tradelane`.execute(db);
  await createMigrator(db).migrateTo('0015-members');
  const statements = [
    sql`insert into plans (hash, flow, documents, target, entity, source, created_at) values
        ('1', 'orders', '', 'erp', 'order', 'shop', '2026-01-01Z'),
        ('2', 'order-states', '', 'erp', 'order', 'shop', '2026-01-02Z')`,
    sql`insert into deliveries (flow, key, fingerprint, version, run_id, measure)
        select 'orders', 'O-' || n, sha256(n::text::bytea), n, 1, n from generate_series(1, ${rows}) as n`,
    sql`insert into deliveries (flow, key, fingerprint, run_id) values
        ('order-states', 'O-1', sha256('open'), 2), ('gone', 'G', sha256('gone'), 3)`,
    sql`insert into xrefs (entity, source, target, key, target_id, run_id, confirmed_at)
        select 'order', 'shop', 'erp', 'O-' || n, case when n % 2 = 0 then 'O-' || n else 'id ' || n end, 1, now()
        from generate_series(1, ${rows - 1}) as n`,
    sql`insert into xrefs (entity, source, target, key, target_id, run_id, reserved_at, doubt_since, doubt_until, shared_as)
        values ('order', 'shop', 'erp', ${`O-${rows}`}, null, 1, '2026-01-01Z', now(), now() + interval '1 hour', ''),
               ('order', 'shop', 'erp', 'twin', 'id 1', 0, '2026-01-01Z', null, null, 'twin'),
               ('customer', 'shop', 'erp', 'C-1', '17', 1, '2026-01-01Z', null, null, '')`,
  ];
  for (const statement of statements) await statement.execute(db);
});

it('keeps all that is known of each record, in one row', async () => {
  const { db } = database;
  await migrate(db);
  const keys = ['O-1', 'O-2', `O-${rows}`, 'twin', 'nobody'];
  const known = await loadKnownKeys(db, { flow: 'orders', scope }, keys);
  const fingerprint = hash('sha256', '1', 'hex').slice(0, 32);
  expect(known.deliveries.get('O-1')).toMatchObject({ fingerprint, version: '1', measure: '1' });
  expect([...known.deliveries.keys()].sort()).toEqual(['O-1', 'O-2', `O-${rows}`].sort());
  expect(known.xrefs.get('O-1')).toEqual({ key: 'O-1', targetId: 'id 1' });
  expect(known.xrefs.get('O-2')).toEqual({ key: 'O-2', targetId: 'O-2' });
  expect(known.xrefs.get(`O-${rows}`)).toMatchObject({
    targetId: undefined,
    doubt: { leftMs: expect.any(Number) },
  });
  expect(known.xrefs.get('twin')).toEqual({ key: 'twin', targetId: 'id 1' });
  const { rows: counted } = await sql`select count(*) from known_records`.execute(db);
  // One a record; of the second flow of the scope and of one without, what they have delivered; and two more ids.
  expect(counted).toEqual([{ count: rows + 4 }]);
});

it('keeps apart what another flow of the same scope has delivered', async () => {
  const { db } = database;
  await migrate(db);
  const known = await loadKnownKeys(db, { flow: 'order-states', scope }, ['O-1', 'O-3']);
  expect([...known.deliveries.keys()]).toEqual(['O-1']);
  expect(known.deliveries.get('O-1')?.fingerprint).toBe(hash('sha256', 'open', 'hex').slice(0, 32));
  expect(known.xrefs.get('O-3')?.targetId).toBe('id 3');
  expect(await findXrefsById(db, scope, ['id 1', 'O-2'])).toEqual([
    { key: 'O-1', targetId: 'id 1' },
    { key: 'O-2', targetId: 'O-2' },
    { key: 'twin', targetId: 'id 1' },
  ]);
  await deleteXrefs(db, scope, ['O-1', 'O-3']);
  const after = await loadKnownKeys(db, { flow: 'orders', scope }, ['O-1', 'O-3']);
  expect([after.deliveries.size, after.xrefs.size]).toEqual([2, 0]);
  expect(await listXrefs(db, { entity: 'customer' }, 9)).toMatchObject([{ key: 'C-1', id: '17', run: 1 }]);
});

it('goes on where it was ended, and lets nobody work or look before its end', async () => {
  const { db, url } = database;
  await createMigrator(db).migrateToLatest();
  // Two of the transactions that it takes, as if it had been killed then.
  await sql`
    create function stop() returns trigger language plpgsql as $$ begin
      if (select count(*) from known_records) >= 10000 then raise exception 'killed'; end if; return null;
    end $$`.execute(db);
  await sql`create trigger stop before insert on known_records for each statement execute function stop()`.execute(
    db,
  );
  await expect(moveKnownRecords(db)).rejects.toThrow('killed');
  expect(await pendingMigrations(db)).toEqual(['0016-known-records']);
  await expect(openStoreToRead({ DATABASE_URL: url }, '/nowhere')).rejects.toMatchObject({
    code: 'TL_STORE_UNAVAILABLE',
    message: expect.stringContaining('0016-known-records'),
  });
  await sql`drop trigger stop on known_records`.execute(db);
  expect(await Promise.all([migrate(db), migrate(db)])).toEqual([[], []]);
  const { rows: counted } = await sql`select count(*) from known_records`.execute(db);
  expect(counted).toEqual([{ count: rows + 4 }]);
  expect(await pendingMigrations(db)).toEqual([]);
});

it('has workers of an earlier version wait, as for a database that is away', async () => {
  const { db } = database;
  await migrate(db);
  const reading = sql`select key, fingerprint from deliveries where flow = 'orders'`.execute(db);
  await expect(reading).rejects.toMatchObject({
    code: 'TL_STORE_UNAVAILABLE',
    message: expect.stringContaining('of a later version of Tradelane'),
  });
  await expect(sql`select target_id from xrefs`.execute(db)).rejects.toThrow('of a later version');
});
