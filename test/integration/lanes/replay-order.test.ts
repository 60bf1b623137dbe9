import { expect, test } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';

const database = useDatabase();

test('a replay does not lay an older state over a newer one that got through meanwhile', async () => {
  const tests = createTestEngine(database.db);
  const source = createFakeSource([pageOf([{ key: 'A', phone: 'old' }])]);
  const target = createFakeTarget(['find', 'create', 'update']);
  target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'the number is too short') });
  const plan = createPlan(source, target, { flow: 'phones' });
  await tests.run(plan);
  target.refuse = () => undefined;

  // Read, and still on its way, when somebody replays the error.
  source.pages = [pageOf([{ key: 'A', phone: 'new' }])];
  await tests.read(plan);
  const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
  const replay = await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna' });
  await tests.workOff();

  expect(target.records.get('A')?.payload).toMatchObject({ phone: 'new' });
  expect(await tests.load(replay ?? 0)).toMatchObject({
    status: 'succeeded',
    counts: { read: 1, superseded: 1 },
  });
  const open = await listErrors(database.db, { flow: plan.flow, states: ['open', 'replaying'], limit: 10 });
  expect(open).toEqual([]);
});
