import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { acceptDrifts, resolveDrifts } from '../../../src/engine/drift/close-drifts.ts';
import { watchSource } from '../../../src/engine/drift/watch-shape.ts';
import type { EngineLog } from '../../../src/observe/engine-log.ts';
import type { Deviation } from '../../../src/schema/deviation.ts';
import { type Drift, listDrifts } from '../../../src/store/shapes/drifts.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { createTestEngine, type PlanChanges } from '../../support/engine.ts';
import { type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

function setUp(changes: PlanChanges = {}, connection = `shop-${tests.nth}`) {
  const { source, target, plan } = tests.setUp(changes);
  const readFrom = (records: readonly FakeRecord[]) => {
    source.pages = [pageOf(records)];
  };
  return { target, readFrom, plan: { ...plan, source: { ...plan.source, connection } } };
}

const records = (count: number, more: object = {}): readonly FakeRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `K${index}`,
    name: 'Ada Lovelace',
    total: { amount: 1 },
    ...more,
  }));

const driftsOf = (plan: Plan) => listDrifts(database.db, { flow: plan.flow });
const lines = (drifts: readonly Drift[]) =>
  drifts.map(({ kind, path, count }) => `${kind} ${path} ${count}`).sort();

async function taught(connection?: string, changes?: PlanChanges) {
  const made = setUp(changes, connection);
  made.readFrom(records(220));
  await tests.run(made.plan);
  expect(await driftsOf(made.plan)).toEqual([]);
  return made;
}

const changed = { color: 'Carmine', total: 'twelve', name: undefined };

describe('a source whose records change', () => {
  it('is told of once for each field, with the run, the records and a masked sample', async () => {
    const { plan, readFrom } = await taught();
    readFrom([...records(3, changed), ...records(2)]);
    const run = await tests.run(plan);
    expect(run).toMatchObject({ status: 'succeeded', counts: { read: 5, failed: 0 } });
    const drifts = await driftsOf(plan);
    expect(lines(drifts)).toEqual(['missing name 3', 'new color 3', 'retyped total 3']);
    expect(drifts.find(({ kind }) => kind === 'new')).toMatchObject({
      flow: plan.flow,
      side: 'source',
      connection: plan.source.connection,
      resource: 'records',
      expected: 'nothing',
      got: 'text',
      sample: '"Xxxxxxx"',
      run: run.id,
    });
    readFrom(records(2, changed));
    const later = await tests.run(plan);
    expect(lines(await driftsOf(plan))).toEqual(['missing name 5', 'new color 5', 'retyped total 5']);
    expect((await driftsOf(plan)).every(({ run }) => run === later.id)).toBe(true);
  });

  it('leaves no value in the database', async () => {
    const { plan, readFrom } = await taught();
    readFrom(records(1, { ...changed, 'ada@lovelace.example': 'x', note: { phone: '0151 4711' } }));
    await tests.run(plan);
    expect(lines(await driftsOf(plan))).toContain('new * 1');
    const { rows } = await sql<{ text: string }>`
      select drifts::text || coalesce(shape::text, '') as text from drifts
      left join shapes on shapes.id = shape_id`.execute(database.db);
    expect(rows.map(({ text }) => text).join('\n')).not.toMatch(/Carmine|Lovelace|twelve|4711/i);
  });

  it('costs a stable source no statement', async () => {
    const { plan } = await taught();
    const shape = async () =>
      (
        await sql`select xmin::text, shape from shapes where connection = ${plan.source.connection}`.execute(
          database.db,
        )
      ).rows;
    const before = await shape();
    expect(before).toHaveLength(1);
    await tests.run(plan);
    tests.restart();
    await tests.run(plan);
    expect(await shape()).toEqual(before);
  });

  it('is right from now on once somebody accepts it, for every flow that reads it, and in a running engine', async () => {
    const { plan, readFrom } = await taught();
    const other = setUp({ flow: `other-${tests.nth}` }, plan.source.connection);
    readFrom(records(2, changed));
    await tests.run(plan);
    other.readFrom(records(1, changed));
    await tests.run(other.plan);
    expect(lines(await driftsOf(other.plan))).toEqual(['missing name 1', 'new color 1', 'retyped total 1']);
    const ids = (await driftsOf(plan)).map(({ id }) => id);
    expect(await acceptDrifts(database.db, { ids }, 'anna')).toHaveLength(6);
    await tests.run(plan);
    await tests.run(other.plan);
    tests.restart();
    await tests.run(other.plan);
    expect([...(await driftsOf(plan)), ...(await driftsOf(other.plan))]).toEqual([]);
    readFrom(records(1, { ...changed, color: 5 }));
    await tests.run(plan);
    expect(lines(await driftsOf(plan))).toEqual(['retyped color 1']);
  });

  it('is told of again, and counted anew, when it comes back after it was resolved', async () => {
    const { plan, readFrom } = await taught();
    readFrom(records(4, changed));
    await tests.run(plan);
    expect(await resolveDrifts(database.db, { flow: plan.flow }, 'anna')).toHaveLength(3);
    expect(await driftsOf(plan)).toEqual([]);
    readFrom(records(1, changed));
    await tests.run(plan);
    expect(lines(await driftsOf(plan))).toEqual(['missing name 1', 'new color 1', 'retyped total 1']);
  });

  it('has a shape of its own for each part of the records that flows ask for', async () => {
    const { plan } = await taught();
    const part = setUp({ flow: `part-${tests.nth}` }, plan.source.connection);
    part.readFrom(records(220, { name: undefined }));
    await tests.run({ ...part.plan, source: { ...part.plan.source, where: { $select: 'key,total' } } });
    expect(await driftsOf(part.plan)).toEqual([]);
  });

  it('is not closed by an id that is none, nor twice', async () => {
    const { plan, readFrom } = await taught();
    readFrom(records(1, { color: 'red' }));
    await tests.run(plan);
    const [drift] = await driftsOf(plan);
    const ids = [drift?.id ?? 0, 999_999];
    await expect(acceptDrifts(database.db, { ids }, 'anna')).rejects.toThrow(
      'no open drift has the id 999999',
    );
    expect(await driftsOf(plan)).toHaveLength(1);
    await acceptDrifts(database.db, { flow: plan.flow }, 'anna');
    await expect(acceptDrifts(database.db, { ids: [drift?.id ?? 0] }, 'anna')).rejects.toThrow(
      'no open drift',
    );
  });
});

describe('a source that is read by two processes at once', () => {
  it('teaches both, and neither tells what the other has learned', async () => {
    const { plan } = setUp();
    const at = { flow: plan.flow, runId: 1 };
    const watches = await Promise.all(
      [1, 2].map(() => watchSource(createTestEngine(database.db).engine, plan)),
    );
    const see = async (fields: readonly string[], count: number) => {
      for (const [index, watch] of watches.entries()) {
        for (const record of records(count, { [fields[index] ?? '']: 1 })) watch.see(record);
      }
      await Promise.all(watches.map((watch) => watch.keep(at)));
    };
    await see(['left', 'right'], 150);
    await see(['right', 'left'], 5);
    expect(await driftsOf(plan)).toEqual([]);
    await see(['middle', 'middle'], 2);
    expect(lines(await driftsOf(plan))).toEqual(['new middle 4']);
  });
});

describe('what does not fit at a border', () => {
  const unfit: Deviation = {
    side: 'source',
    kind: 'unfit',
    entity: 'order',
    segments: ['lines', '[]', 'quantity'],
    rule: 'type',
    expected: 'must be a string, got a number',
    got: 'number',
    sample: '0',
  };
  const watching: PlanChanges = {
    steps: { validateRecord: (value) => ({ value, unfit: [unfit, unfit] }) },
  };

  it('is counted over batches, and not any more once it is accepted', async () => {
    const { plan, readFrom } = setUp({ ...watching, delivery: { batch: 10 } });
    readFrom(records(25));
    await tests.run(plan);
    expect(await driftsOf(plan)).toMatchObject([
      { kind: 'unfit', entity: 'order', path: 'lines[].quantity', count: 25, sample: '0', side: 'source' },
    ]);
    await acceptDrifts(database.db, { flow: plan.flow }, 'anna');
    readFrom(records(30));
    await tests.run(plan);
    expect(await driftsOf(plan)).toEqual([]);
  });

  it('is left out with the record where the contract says so', async () => {
    const { plan, readFrom, target } = setUp({
      steps: {
        validateEntity: () => ({ skipped: 'it does not fit', unfit: [{ ...unfit, side: 'target' }] }),
      },
    });
    readFrom(records(3));
    expect((await tests.run(plan)).counts).toMatchObject({ read: 3, filtered: 3, failed: 0 });
    expect(target.effects).toEqual([]);
    expect(await driftsOf(plan)).toMatchObject([{ connection: `erp of ${plan.flow}`, count: 3 }]);
  });

  it('is not more than 500 fields of a flow', async () => {
    let field = 0;
    const { plan, readFrom } = setUp({
      steps: {
        validateRecord: (value) => {
          field += 1;
          return { value, unfit: [{ ...unfit, segments: [`field ${field}`] }] };
        },
      },
    });
    readFrom(records(700));
    expect((await tests.run(plan)).status).toBe('succeeded');
    const { length } = await driftsOf(plan);
    expect(length).toBeGreaterThanOrEqual(500);
    expect(length).toBeLessThanOrEqual(600);
  });

  it('does not hold a record up where it cannot be kept', async () => {
    const { plan, readFrom } = setUp({
      steps: { validateRecord: (value) => ({ value, unfit: [{ ...unfit, segments: ['refused'] }] }) },
    });
    readFrom(records(3));
    const refusing = sql`alter table drifts add constraint no_such check (path <> 'refused')`;
    await refusing.execute(database.db);
    const lost: string[] = [];
    const driftLost: EngineLog['driftLost'] = ({ flow }) => lost.push(flow);
    Object.assign(tests.engine, { log: { ...tests.engine.log, driftLost } });
    expect(await tests.run(plan)).toMatchObject({ status: 'succeeded', counts: { delivered: 3 } });
    expect(new Set(lost)).toEqual(new Set([plan.flow]));
    await sql`alter table drifts drop constraint no_such`.execute(database.db);
  });
});

describe('a target', () => {
  const rejection = (message: string) => ({
    fault: new Fault('TL_TARGET_REJECTED', 'answered 400', { answer: { status: 400, code: 'Bad', message } }),
  });

  it('that names a field as it refuses a record is told of by that field', async () => {
    const { plan, readFrom, target } = setUp();
    target.refuse = () => rejection("Property 'total.amount' must be positive: 1");
    readFrom(records(3));
    expect((await tests.run(plan)).counts).toMatchObject({ failed: 3 });
    expect(await driftsOf(plan)).toMatchObject([
      {
        side: 'target',
        kind: 'refused',
        path: 'total.amount',
        expected: 'taken by the target',
        got: 'refused with 400',
        sample: '0',
        count: 3,
      },
    ]);
  });

  it('that names none has refused the record, and no field', async () => {
    const { plan, readFrom, target } = setUp();
    target.refuse = () => rejection('the customer is blocked');
    readFrom(records(2));
    await tests.run(plan);
    expect(await driftsOf(plan)).toEqual([]);
  });

  it('whose own records change is told of as it is asked for them', async () => {
    const { plan, readFrom, target } = setUp();
    const has = (key: string, payload: object) => target.records.set(key, { id: key, payload });
    for (let index = 0; index < 250; index++) has(`K${index}`, { key: `K${index}`, no: 1 });
    readFrom(records(220));
    await tests.run(plan);
    expect(await driftsOf(plan)).toEqual([]);
    for (let index = 220; index < 225; index++) has(`K${index}`, { key: `K${index}`, no: '1', more: true });
    readFrom(records(225).slice(220));
    tests.restart();
    await tests.run(plan);
    const drifts = await driftsOf(plan);
    expect(lines(drifts)).toEqual(['new more 5', 'retyped no 5']);
    expect(drifts).toMatchObject([{ side: 'target' }, { side: 'target' }]);
  });
});

it('says in the log what is new, once, with names and no values', async () => {
  const said: unknown[] = [];
  const drifted: EngineLog['drifted'] = (at, fields) => said.push({ at, fields });
  const { plan, readFrom } = await taught();
  Object.assign(tests.engine, { log: { ...tests.engine.log, drifted } });
  readFrom(records(2, { color: 'Carmine' }));
  const { id } = await tests.run(plan);
  await tests.run(plan);
  expect(said).toEqual([
    {
      at: {
        flow: plan.flow,
        runId: id,
        side: 'source',
        connection: plan.source.connection,
        resource: 'records',
      },
      fields: [{ id: expect.any(Number), kind: 'new', path: 'color' }],
    },
  ]);
});
