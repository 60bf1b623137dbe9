import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../src/app/audit/verify-audit.ts';
import type { Runtime } from '../../../src/app/engine/runtime.ts';
import { erasePerson } from '../../../src/app/erase/erase-person.ts';
import { planErase } from '../../../src/app/erase/plan-erase.ts';
import { settleErrorsOf } from '../../../src/app/errors/settle-errors.ts';
import { findJourney } from '../../../src/app/journey/find-journey.ts';
import { databaseOf } from '../../../src/app/open/open-database.ts';
import { carryOutForgetXrefs, forecastForgetXrefs } from '../../../src/app/xref/correct-xrefs.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { settleIn } from '../../../src/engine/decisions/settle-errors.ts';
import { listEntriesOf } from '../../../src/store/audit/list-entries.ts';
import { parseOperatorKeys } from '../../../src/store/crypto/operator-keys.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { mergeTerms } from '../../../src/store/history/merge-terms.ts';
import { openDatabase } from '../../../src/store/postgres/database.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import { createTestEngine } from '../../support/engine.ts';
import { pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { until } from '../../support/until.ts';
import { useEngine } from '../../support/use-engine.ts';
import { findEverywhere } from './find-everywhere.ts';

/** What there is of a person goes, wherever it lies, and what is under way does not bring it back. */
const { database, tests } = useEngine({ databaseFor: 'test' });

const mail = 'Anna.Canary@example.org';
const wish = { texts: [mail] };
const decision = { by: 'dora', reason: `asked by ${mail}`, patienceMs: 0 };
const refused = new Fault('TL_TARGET_REJECTED', `no credit for ${mail}`);
const busy = new Fault('TL_SYSTEM_UNAVAILABLE', `${mail} is locked`);

function runtime(): Runtime {
  const plans = { workspace: () => undefined };
  return { engine: tests.engine, plans } as unknown as Runtime;
}

const anna = (key: string, more: object = {}) => ({ key, ship: { to: mail }, ...more });

describe('erased', () => {
  it('is what was delivered, failed, was decided about and is under way', async () => {
    const { source, target, plan } = tests.setUp({
      records: [
        anna('A-1'),
        { key: 'B-1' },
        anna('A-2'),
        anna('A-3'),
        { key: 'B-2', note: `Ask ${mail}, please` },
      ],
      delivery: { lanes: 1 },
      retry: { attempts: 3, delayMs: 3_600_000, factor: 1, maxDelayMs: 3_600_000, jitter: false },
    });
    target.refuse = ({ key }) =>
      key === 'A-2' ? { fault: refused } : key === 'A-3' || key === 'B-3' ? { fault: busy } : undefined;
    await tests.run(plan);
    source.pages = [{ records: [anna('A-4'), { key: 'B-3' }].map((record) => ({ record })) }];
    const waiting = await tests.read(plan);
    const [failed] = await listErrors(database.db, { states: ['open'], limit: 5 });
    await settleIn(database.db, [failed?.id ?? 0], {
      state: 'discarded',
      by: 'berta',
      reason: `${mail} called`,
    });
    const before = await dumpTables(database.db);
    const plan1 = await planErase(databaseOf(runtime()), wish);
    expect(await dumpTables(database.db)).toEqual(before);
    expect(plan1.would).toMatchObject({ history: 4, staged: 1, held: 1, errors: 1, decisions: 1, audit: 1 });
    expect(plan1.flows).toEqual([{ flow: plan.flow, records: 4 }]);

    const report = await erasePerson(runtime(), wish, decision);
    expect(report.erased).toMatchObject({
      history: 4,
      staged: 1,
      held: 1,
      errors: 1,
      decisions: 1,
      audit: 1,
    });
    expect(report.open).toEqual([]);
    expect(await findEverywhere(database.db, mail)).toEqual([]);
    expect(await verifyAudit(databaseOf(runtime()))).toMatchObject({ fits: true, erased: 1 });
    expect(await tests.load(waiting)).toMatchObject({ counts: { read: 2, filtered: 1, pending: 1 } });
    await tests.workOff();
    expect((await tests.load(waiting)).counts).toMatchObject({ read: 2, filtered: 1 });
    const found = await findJourney(databaseOf(runtime()), { text: mail, payloads: undefined });
    expect(found.ending).toBe('nothing');
    const again = await erasePerson(runtime(), wish, decision);
    expect(again.erased).toMatchObject({ history: 0, staged: 0, held: 0, errors: 0, decisions: 0, ids: 0 });
  });

  it('leaves the records of others, and what they are found by, also in segments', async () => {
    const { plan } = tests.setUp({
      records: [
        anna('A-1', { note: 'for the canary' }),
        { key: 'B-1', ship: { to: 'berta@example.org' }, big: 12 },
      ],
      delivery: { lanes: 1 },
      history: 'full',
    });
    await tests.run(plan);
    await database.db.transaction().execute((tx) => mergeTerms(tx, 1));
    expect((await erasePerson(runtime(), wish, decision)).erased).toMatchObject({ history: 1, ids: 0 });
    expect(await findEverywhere(database.db, mail)).toEqual([]);
    expect(await findEverywhere(database.db, 'for the canary')).toEqual([]);
    const { journey } = await findJourney(databaseOf(runtime()), {
      text: 'berta@example.org',
      payloads: undefined,
    });
    expect(journey?.records).toMatchObject([{ key: 'B-1' }]);
  });

  it('is every state of a record, also one that does not say the value', async () => {
    const { source, plan } = tests.setUp({ records: [anna('SO-10001')], delivery: { lanes: 1 } });
    await tests.run(plan);
    source.pages = [pageOf([{ key: 'SO-10001', version: '2', name: 'Canary, Anna' }])];
    await tests.run(plan);
    expect((await erasePerson(runtime(), wish, decision)).erased).toMatchObject({ history: 2 });
    expect(await findEverywhere(database.db, 'Canary, Anna')).toEqual([]);
    // By its number alone, so that it is not created twice.
    expect(await findEverywhere(database.db, 'SO-10001')).toEqual(['known_records.key']);
  });

  it('is what stands inside of a longer value only where all is looked through', async () => {
    const { plan } = tests.setUp({
      records: [{ key: 'B-1', note: `left by <${mail}>` }],
      delivery: { lanes: 1 },
    });
    await tests.run(plan);
    expect((await erasePerson(runtime(), wish, decision)).erased.history).toBe(0);
    const thorough = { ...wish, isThorough: true };
    expect((await planErase(databaseOf(runtime()), thorough)).would.history).toBe(1);
    expect((await erasePerson(runtime(), thorough, decision)).erased.history).toBe(1);
    expect(await findEverywhere(database.db, mail)).toEqual([]);
  });

  it('is what people, sets, causes and runs say of it', async () => {
    const { plan } = tests.setUp({ records: [{ key: 'B-1' }], delivery: { lanes: 1 } });
    const run = await tests.run(plan);
    const { db } = database;
    await sql`
      update runs set fault = ${JSON.stringify({ code: 'X', message: `id of ${mail} is taken` })} where id = ${run.id}`.execute(
      db,
    );
    await sql`
      insert into bulks (kind, made_by, reason, wish, patch, connections)
      values ('replay', 'anna', ${`for ${mail}`}, ${JSON.stringify({ text: mail })},
              ${JSON.stringify([{ op: 'replace', path: '/mail', value: mail }])}, '{}')`.execute(db);
    await sql`
      insert into causes (flow, code, stage, path, at, message, tags)
      select 'f', 'X', 'write', '', '', m, array[${mail}, 'other'] from unnest(array[${`no ${mail}`}, 'no (erased)']) as m`.execute(
      db,
    );
    await sql`
      insert into drifts (flow, side, connection, resource, kind, path, rule, segments, expected, got, sample, count, run_id)
      values ('f', 'source', 'c', 'r', 'unfit', 'p', 'r', '{}', 'x', 'y', ${mail}, 1, 1)`.execute(db);
    await sql`insert into cursors (flow, cursor, run_id) values ('f', ${mail}, 1)`.execute(db);
    const report = await erasePerson(runtime(), wish, decision);
    expect(report.erased.texts).toEqual({ runs: 1, bulks: 1, causes: 2, drifts: 1 });
    expect(await findEverywhere(db, mail)).toEqual(['cursors.cursor']);
    expect(report.left).toContainEqual(expect.objectContaining({ what: 'table cursors', count: 1 }));
  });

  it('is what an error is opened again with', async () => {
    const { target, plan } = tests.setUp({ records: [anna('A-1')], delivery: { lanes: 1 } });
    target.refuse = () => ({ fault: refused });
    await tests.run(plan);
    await erasePerson(runtime(), wish, decision);
    const [error] = await listErrors(database.db, { states: ['discarded'], limit: 5 });
    expect(error).toMatchObject({
      ...{ flow: plan.flow, code: 'TL_TARGET_REJECTED', key: undefined, settledBy: 'dora' },
      erasedAt: expect.any(Date),
    });
    const open = databaseOf(runtime());
    await expect(
      settleErrorsOf(open, { deed: 'reopen', ids: [error?.id ?? 0] }, { by: 'anna' }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('was erased at'),
    });
    const entries = await listEntriesOf(database.db, 'errors', [error?.id ?? 0]);
    expect([...entries.values()].flat()).toMatchObject([
      { deed: 'erase', by: 'dora', reason: 'asked by (erased)' },
    ]);
  });
});

it('destroys the keys that it was encrypted under, so that nobody opens what is left of it', async () => {
  const keys = parseOperatorKeys([{ text: randomBytes(32).toString('base64'), from: 'test' }]);
  const { plan } = tests.setUp({
    records: [anna('A-1'), { key: 'B-1', note: 'stays' }],
    delivery: { lanes: 1 },
  });
  await using keyed = await openKeyed(keys);
  const engine = createTestEngine(keyed.db);
  await engine.run(plan);
  const before = await sql<{ payload: Buffer }>`select payload from history`.execute(database.db);
  const there = { engine: engine.engine, plans: { workspace: () => undefined } } as unknown as Runtime;
  const report = await erasePerson(there, wish, decision);
  expect(report).toMatchObject({
    erased: { history: 1 },
    open: [],
    keys: { destroyed: 1, rows: expect.any(Number) },
  });
  expect(await findEverywhere(keyed.db, mail)).toEqual([]);
  expect(await findEverywhere(keyed.db, 'stays')).toEqual(['history_1.payload', 'history terms']);
  // What lay in a dead row, or in the log: put back, nobody opens it.
  await sql`update history set payload = ${before.rows[0]?.payload}`.execute(database.db);
  await expect(sql`select payload from history`.execute(keyed.db)).rejects.toMatchObject({
    code: 'TL_ENCRYPTION',
    message: expect.stringContaining('was destroyed'),
  });
});

async function openKeyed(keys: ReturnType<typeof parseOperatorKeys>) {
  const db = await openDatabase(database.url, { connections: 5, keys });
  return { db, [Symbol.asyncDispose]: () => db.destroy() };
}

describe('what comes again after it was erased', () => {
  const known = { texts: ['anna@example.org'] };
  const record = { key: 'anna@example.org', name: 'Anna' };

  it('is looked for at the target, and not created a second time', async () => {
    const { source, target, plan } = tests.setUp({
      records: [record],
      write: 'create',
      delivery: { lanes: 1 },
    });
    await tests.run(plan);
    expect((await erasePerson(runtime(), known, decision)).erased).toMatchObject({ history: 1, ids: 1 });
    expect(await findEverywhere(database.db, record.key)).toEqual([]);
    source.pages = [pageOf([record, { key: 'new' }])];
    expect(await tests.run(plan)).toMatchObject({ counts: { delivered: 2 } });
    expect(target.effects.map(({ action, key }) => `${action} ${key}`)).toEqual([
      'create anna@example.org',
      'create new',
    ]);
    expect(target.finds).toBe(1);
  });

  it('is an error where the target cannot be asked, until a person says what is so', async () => {
    const { source, target, plan } = tests.setUp({
      ...{ records: [record], write: 'create', abilities: ['create'], connection: 'erp' },
      delivery: { lanes: 1 },
    });
    await tests.run(plan);
    await erasePerson(runtime(), known, decision);
    target.records.clear();
    source.pages = [pageOf([record])];
    expect(await tests.run(plan)).toMatchObject({ counts: { failed: 1 } });
    const [error] = await listErrors(database.db, { states: ['open'], limit: 5 });
    expect(error).toMatchObject({
      code: 'TL_TARGET_UNKNOWN',
      message: expect.stringContaining('was erased'),
    });
    const open = databaseOf(runtime());
    const forecast = await forecastForgetXrefs(open, { key: record.key, isForced: true });
    expect(forecast.meant).toMatchObject([{ key: record.key, id: null, target: 'erp' }]);
    await carryOutForgetXrefs(open, forecast, 'anna');
    source.pages = [pageOf([{ ...record, version: '2' }])];
    expect(await tests.run(plan)).toMatchObject({ counts: { delivered: 1 } });
  });
});

describe('while work is under way', () => {
  it('waits for the batch in hand, which does not bring anything back, and for no other', async () => {
    const gate = Promise.withResolvers<void>();
    const { target, plan } = tests.setUp({
      records: [anna('A-1'), { key: 'B-1' }, anna('A-2'), { key: 'B-2' }],
      delivery: { lanes: 1, batch: 1 },
    });
    const { find } = target.resource;
    Object.assign(target.resource, {
      find: async (keys: readonly string[], signal: AbortSignal) => {
        await gate.promise;
        return await find?.(keys, signal);
      },
    });
    const run = await tests.read(plan);
    const working = tests.workOff();
    await until(async () => (await count(sql`select 1 from lanes where owner is not null`)) === 1);
    const erasing = erasePerson(runtime(), wish, decision);
    await until(async () => (await count(sql`select 1 from lanes where wanted_until > now()`)) === 1);
    gate.resolve();
    expect((await erasing).erased).toMatchObject({ history: 1, staged: 1 });
    await working;
    await tests.workOff();
    expect(await findEverywhere(database.db, mail)).toEqual([]);
    expect(target.effects.map(({ key }) => key)).toEqual(['A-1', 'B-1', 'B-2']);
    expect(await tests.load(run)).toMatchObject({
      status: 'succeeded',
      counts: { read: 4, delivered: 3, filtered: 1, pending: 0 },
    });
  });

  it('waits for a run that is reading, and erases what it has in hand', async () => {
    const gate = Promise.withResolvers<void>();
    const { source, plan } = tests.setUp({ delivery: { lanes: 1 } });
    const read = async function* () {
      yield pageOf([anna('A-1'), { key: 'B-1' }]);
      await gate.promise;
    };
    Object.assign(source.resource, { read });
    const reading = tests.read(plan);
    await until(async () => (await count(sql`select 1 from runs where status = 'running'`)) === 1);
    expect((await erasePerson(runtime(), wish, decision)).open).toMatchObject([
      { what: `run 1 of ${plan.flow}`, why: expect.stringContaining('erase again') },
    ]);
    const erasing = erasePerson(runtime(), wish, { ...decision, patienceMs: 20_000 });
    await until(async () => (await count(sql`select 1 from audit_entries where deed = 'erase'`)) >= 3);
    gate.resolve();
    await reading;
    const report = await erasing;
    expect(report.open).toEqual([]);
    expect(report.erased).toMatchObject({ staged: 1 });
    await tests.workOff();
    expect(await findEverywhere(database.db, mail)).toEqual([]);
  });

  it('erases a replay that is under way with what somebody has made of it', async () => {
    const { target, plan } = tests.setUp({ records: [anna('1')], delivery: { lanes: 1 } });
    target.refuse = () => ({ fault: refused });
    await tests.run(plan);
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    const edit = async () => ({ native: { key: '1', ship: { to: 'somebody else' } } });
    const run = await startReplay(tests.engine, flow, { filter: {}, by: 'berta', edit });
    target.refuse = () => undefined;
    expect((await erasePerson(runtime(), wish, decision)).erased).toMatchObject({
      errors: 1,
      staged: 1,
      decisions: 1,
    });
    await tests.workOff();
    expect(target.effects).toEqual([]);
    expect(await findEverywhere(database.db, mail)).toEqual([]);
    expect(await tests.load(run ?? 0)).toMatchObject({ counts: { read: 1, filtered: 1 } });
  });
});

async function count(statement: ReturnType<typeof sql>): Promise<number> {
  return (await statement.execute(database.db)).rows.length;
}
