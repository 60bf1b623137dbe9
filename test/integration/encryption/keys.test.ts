import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { tidyHistory } from '../../../src/engine/history/tidy-history.ts';
import { countInClear, encryptClear } from '../../../src/store/crypto/encrypt-clear.ts';
import { listDataKeys, rotateKeys } from '../../../src/store/crypto/manage-keys.ts';
import { type OperatorKey, parseOperatorKeys } from '../../../src/store/crypto/operator-keys.ts';
import { dataKeysOf, renewDataKeys, renewOldKeys } from '../../../src/store/crypto/renew-data-keys.ts';
import { beginKeys, requireKeys } from '../../../src/store/crypto/require-keys.ts';
import { sealedTables } from '../../../src/store/crypto/sealed-columns.ts';
import { listErrors, loadError } from '../../../src/store/errors/errors.ts';
import { findErrorsOf } from '../../../src/store/errors/find-errors.ts';
import { findSteps } from '../../../src/store/history/find-steps.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/database.ts';
import { loadCursor } from '../../../src/store/runs/runs.ts';
import { useDatabase } from '../../support/database.ts';
import { findInClear } from '../../support/encryption/find-in-clear.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';

/** A database for each test, which is opened with other keys, one after the other. */
const database = useDatabase('test');

const newKey = (): OperatorKey =>
  parseOperatorKeys([{ text: randomBytes(32).toString('base64'), from: 'a test' }])[0] as OperatorKey;
const [first, second] = [newKey(), newKey()];
const mail = 'zebulon@canary.example';
const going = new AbortController().signal;

async function open(...keys: readonly OperatorKey[]): Promise<Database> {
  const db = await openDatabase(database.url, { connections: 5, keys });
  onTestFinished(() => db.destroy());
  return db;
}

let deliveries = 0;

/** One record gets through, one fails with words that quote it, and one waits. */
async function deliver(db: Database, ...keys: readonly string[]): Promise<void> {
  const target = createFakeTarget(['find', 'create', 'update']);
  target.made = 10 * ++deliveries;
  target.refuse = ({ key }) => {
    if (key.startsWith('bad'))
      return { fault: new Fault('TL_TARGET_REJECTED', `no such customer: ${mail.toUpperCase()}`) };
    return key.startsWith('later')
      ? { fault: new Fault('TL_SYSTEM_UNAVAILABLE', `busy with ${mail}`) }
      : undefined;
  };
  const records = keys.map((key) => ({ key, mail, total: 12.5 }));
  const retry = { attempts: 9, delayMs: 3_600_000, factor: 1, maxDelayMs: 3_600_000, jitter: false };
  const plan = createPlan(createFakeSource([pageOf(records, mail)]), target, {
    flow: 'orders',
    history: 'full',
    retry,
  });
  await createTestEngine(db).run(plan);
}

const steps = async (db: Database) => {
  const found = await findSteps(db, { text: mail, maxBlocks: 100, isEnough: () => false });
  return found.steps.map(({ record, end }) => `${record.key} ${end.outcome}`).sort();
};
const failed = (db: Database) => findErrorsOf(db, { states: ['open'] }, mail);
const inClear = async () => (await findInClear(database.db, [mail])).map(({ place }) => place).sort();
const all = ['bad failed', 'good delivered', 'later held'];

describe('a database that has been in clear', () => {
  it('is encrypted from its first key on, and what is in clear is by and by', async () => {
    await deliver(database.db, 'good', 'bad', 'later');
    await tidyHistory(database.db, { maxAgeMs: 1e12, maxBytes: 1e12 }, going);
    const before = await inClear();
    expect(before).toEqual(
      expect.arrayContaining([
        'errors.message',
        'errors.payload',
        'held.payload',
        'history.payload',
        'cursors.cursor',
      ]),
    );
    const db = await open(first);
    await beginKeys(db);
    await deliver(db, 'good-2', 'bad-2', 'later-2');
    expect(await steps(db)).toEqual([...all, 'bad-2 failed', 'good-2 delivered', 'later-2 held'].sort());
    expect(await failed(db)).toHaveLength(2);
    const clear = (await countInClear(db)).filter((each) => each.inClear > 0);
    expect(clear.map(({ table, rows, inClear: left }) => [table, rows > left])).toEqual(
      expect.arrayContaining([
        ['errors', true],
        ['held', true],
        ['history', true],
      ]),
    );

    let rows = 0;
    const tell = (some: number) => {
      rows += some;
    };
    expect(await encryptClear(db, AbortSignal.abort(), tell)).toBe('stopped');
    expect(await encryptClear(db, going, tell)).toBe('done');
    expect(rows).toBeGreaterThan(4);
    expect(await inClear()).toEqual([]);
    expect((await countInClear(db)).filter((each) => each.inClear > 0)).toEqual([]);
    expect(await steps(db)).toEqual([...all, 'bad-2 failed', 'good-2 delivered', 'later-2 held'].sort());
    expect(await failed(db)).toHaveLength(2);
    const { rows: terms } = await sql`select 1 from history_terms`.execute(db);
    expect(terms).toEqual([]);
    // The same cause as before there was a key.
    const errors = await listErrors(db, { states: ['open'], limit: 10 });
    expect(errors.map(({ message, cause }) => [message, cause])).toEqual([
      [`no such customer: ${mail.toUpperCase()}`, errors[0]?.cause],
      [`no such customer: ${mail.toUpperCase()}`, errors[0]?.cause],
    ]);
  });
});

describe('a database with a key', () => {
  it('is opened by nobody without it, and says which is needed', async () => {
    const db = await open(first);
    await beginKeys(db);
    for (const wrong of [await open(), await open(second)]) {
      await expect(beginKeys(wrong)).rejects.toMatchObject({
        code: 'TL_ENCRYPTION',
        message: expect.stringContaining(`key ${first.id} is needed`),
      });
      await expect(requireKeys(wrong)).rejects.toThrow('is needed');
    }
  });

  it('is opened with a newer key beside it, and once keys are rotated with that one alone', async () => {
    await deliver(await open(first), 'good', 'bad', 'later');
    const both = await open(second, first);
    await beginKeys(both);
    expect(await steps(both)).toEqual(all);
    expect(await both.transaction().execute(rotateKeys)).toBe(2);
    expect(await both.transaction().execute(rotateKeys)).toBe(0);
    const newer = await open(second);
    await beginKeys(newer);
    expect(await steps(newer)).toEqual(all);
    await expect(requireKeys(await open(first))).rejects.toThrow(`key ${second.id} is needed`);
  });

  it('seals what is under a data key anew and destroys it, so that nobody reads what was sealed before', async () => {
    const db = await open(first);
    await deliver(db, 'good', 'bad', 'later');
    const [{ payload } = { payload: Buffer.alloc(0) }] = (
      await sql<{ payload: Buffer }>`select payload from errors`.execute(database.db)
    ).rows;
    const ids = await dataKeysOf(db, 'errors', sql<boolean>`key = 'bad'`);
    expect(ids).toHaveLength(1);
    const renewed = await renewDataKeys(db, { stop: going });
    expect(renewed).toMatchObject({ destroyed: ids, isInUse: false });
    expect(await inClear()).toEqual([]);
    expect(await steps(db)).toEqual(all);
    expect(await failed(db)).toHaveLength(1);
    // An old row, as a backup or a dead tuple has it.
    await sql`update errors set payload = ${payload}`.execute(database.db);
    const later = await open(first);
    await expect(loadError(later, 1)).rejects.toMatchObject({
      code: 'TL_ENCRYPTION',
      message: expect.stringContaining('was destroyed'),
    });
    const kept = (await listDataKeys(db)).map(({ destroyedAt }) => destroyedAt !== null);
    expect(kept.sort()).toEqual([false, false, true]);
  }, 60_000);

  it('destroys data keys that are older than history, with what is left under them sealed under newer ones', async () => {
    const db = await open(first);
    await deliver(db, 'good', 'bad');
    const monthMs = 30 * 86_400_000;
    expect(await renewOldKeys(db, monthMs, going)).toEqual({ destroyed: [], rows: 0, isInUse: false });
    await sql`update data_keys set made_at = made_at - interval '31 days' where purpose = 'data'`.execute(
      database.db,
    );
    const later = await open(first);
    await deliver(later, 'bad-2');
    const old = await dataKeysOf(later, 'errors', sql<boolean>`key = 'bad'`);
    const kept = await dataKeysOf(later, 'errors', sql<boolean>`key = 'bad-2'`);
    expect((await renewOldKeys(later, monthMs, going)).destroyed).toEqual(old);
    expect(await dataKeysOf(later, 'errors', sql<boolean>`true`)).toEqual(kept);
    expect(await failed(await open(first))).toHaveLength(2);
    expect(await steps(later)).toEqual(['bad failed', 'bad-2 failed', 'good delivered']);
  }, 60_000);

  it('refuses what was changed in it or moved, and leaves everything as it is', async () => {
    const db = await open(first);
    await deliver(db, 'bad', 'later');
    const tamper = async (change: string) => {
      await sql`create table before as select * from errors`.execute(database.db);
      await sql.raw(`update errors set ${change}`).execute(database.db);
      await expect(loadError(db, 1)).rejects.toMatchObject({
        code: 'TL_ENCRYPTION',
        message: expect.stringContaining('nothing of it was used'),
      });
      await sql`update errors set payload = before.payload, message = before.message from before`.execute(
        database.db,
      );
      await sql`drop table before`.execute(database.db);
      expect((await loadError(db, 1))?.error.message).toContain(mail.toUpperCase());
    };
    await tamper(`payload = set_byte(payload, 40, get_byte(payload, 40) # 1)`);
    await tamper(`payload = set_byte(payload, 5, 2)`);
    await tamper(`payload = (select payload from held limit 1)`);
    await tamper(
      `message = overlay(message placing case when substr(message, 60, 1) = 'A' then 'B' else 'A' end from 60)`,
    );
    await tamper(`message = gaps #>> '{}'`);
  });
});

describe('an engine', () => {
  it('leaves what it cannot open as it is, and delivers it once it can', async () => {
    const target = createFakeTarget(['find', 'create', 'update']);
    const plan = createPlan(createFakeSource([pageOf([{ key: 'A', mail }], 'c-1')]), target, {
      flow: 'orders',
    });
    const keyed = createTestEngine(await open(first));
    const id = await keyed.read(plan);
    const saved = await sql<{ payload: Buffer }>`select payload from batches`.execute(database.db);
    await sql`update batches set payload = set_byte(payload, 60, get_byte(payload, 60) # 1)`.execute(
      database.db,
    );
    await expect(keyed.workOff()).rejects.toMatchObject({ code: 'TL_ENCRYPTION' });
    // Started without a key before there was one: it neither reads batches nor takes a sealed cursor for one.
    const keyless = createTestEngine(database.db);
    keyless.add(plan);
    await expect(keyless.workOff()).rejects.toMatchObject({ code: 'TL_ENCRYPTION' });
    await expect(loadCursor(database.db, 'orders')).rejects.toMatchObject({ code: 'TL_ENCRYPTION' });
    expect(await keyed.load(id)).toMatchObject({ status: 'running', counts: { read: 1, pending: 1 } });
    expect(target.effects).toEqual([]);
    await sql`update batches set payload = ${saved.rows[0]?.payload}`.execute(database.db);
    await sql`update lanes set owner = null`.execute(database.db);
    await keyed.workOff();
    expect(await keyed.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
    expect(target.effects).toHaveLength(1);
  });
});

describe('docs/encryption.md', () => {
  const page = readFileSync(new URL('../../../docs/encryption.md', import.meta.url), 'utf8');

  it('says of each column that is sealed, and of each that holds bytes or JSON, how it stands in the database', async () => {
    const { rows } = await sql<{ table: string; column: string }>`
      select table_name as table, column_name as column
      from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_type = 'BASE TABLE' and table_schema = 'tradelane' and data_type in ('bytea', 'jsonb')
        and table_name !~ '_[0-9]+$' order by 1, 2`.execute(database.db);
    expect(rows.length).toBeGreaterThan(30);
    const sealed = sealedTables.flatMap(({ name, columns }) =>
      Object.keys(columns).map((column) => ({ table: name, column })),
    );
    const missing = [...rows, ...sealed].filter(
      ({ table, column }) => !page.includes(`\`${table}.${column}\``) && !page.includes(`\`${table}\``),
    );
    expect(missing).toEqual([]);
  });
});
