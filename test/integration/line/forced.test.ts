import { expect, test } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import type { PlanChanges } from '../../support/engine.ts';
import { type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { tests } = useEngine();

function setUp(flow: string, changes: PlanChanges = {}) {
  const { source, target, plan } = tests.setUp({ flow, ...changes });
  const run = async (records: readonly FakeRecord[], options = {}) => {
    source.pages = [pageOf(records)];
    return await tests.run(plan, options);
  };
  return { target, plan, run };
}

const force = { full: true, force: true };

test('a forced run writes what is equal to what was delivered last, once', async () => {
  const { run, target } = setUp('again');
  const [a, b] = [
    { key: 'A', n: 1 },
    { key: 'B', n: 1 },
  ];
  await run([a, b]);
  expect((await run([a, b])).counts).toMatchObject({ unchanged: 2 });
  const forced = await run([a, b, a], force);
  expect(forced).toMatchObject({ options: force, counts: { delivered: 2, unchanged: 1 } });
  expect(target.effects.map(({ action, key }) => `${action} ${key}`)).toEqual([
    'create A',
    'create B',
    'update A',
    'update B',
  ]);
  // The next run is none of it.
  expect((await run([a, b])).counts).toMatchObject({ unchanged: 2 });
});

test('an older version is not written over a newer one, and what was created once is left alone', async () => {
  const { run } = setUp('older');
  await run([{ key: 'A', version: '2' }]);
  expect((await run([{ key: 'A', version: '1' }], force)).counts).toMatchObject({ superseded: 1 });
  const created = setUp('created', { write: 'create' });
  await created.run([{ key: 'A' }]);
  expect((await created.run([{ key: 'A' }], force)).counts).toMatchObject({ unchanged: 1 });
});

test('what fails in a forced run is forced when it is tried again, and when its error is replayed', async () => {
  const { run, target, plan } = setUp('tried-again');
  await run([{ key: 'A', n: 1 }]);
  let tries = 0;
  target.refuse = () => (tries++ === 0 ? { fault: new Fault('TL_SYSTEM_UNAVAILABLE', '503') } : undefined);
  expect((await run([{ key: 'A', n: 1 }], force)).counts).toMatchObject({ delivered: 1 });
  target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'locked') });
  expect((await run([{ key: 'A', n: 1 }], force)).counts).toMatchObject({ failed: 1 });
  target.refuse = () => undefined;
  const before = target.effects.length;
  const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
  const id = await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'maria' });
  await tests.workOff();
  expect((await tests.load(id ?? 0)).counts).toMatchObject({ delivered: 1 });
  expect(target.effects).toHaveLength(before + 1);
});

test('guards apply to what is forced', async () => {
  const records = Array.from({ length: 60 }, (_, n) => ({ key: `K${n}` }));
  const failing = setUp('guarded', {
    guards: { maxErrorRatePercent: '5' },
    delivery: { batch: 30, lanes: 1 },
  });
  await failing.run(records);
  failing.target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'locked') });
  expect(await failing.run(records, force)).toMatchObject({
    status: 'held',
    counts: { failed: 30, pending: 30 },
  });
});
