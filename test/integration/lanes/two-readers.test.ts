import { expect, test } from 'vitest';
import type { Page } from '../../../src/contract/connector.ts';
import { sweep } from '../../../src/engine/lanes/sweep.ts';
import { readRun } from '../../../src/engine/runs/read-run.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';

const database = useDatabase();

test('a run that reads slowly does not lay what it read over what a second one read since', async () => {
  const tests = createTestEngine(database.db);
  const target = createFakeTarget(['find', 'create', 'update']);
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const read = async function* (): AsyncGenerator<Page> {
    reached.resolve();
    await goOn.promise;
    yield pageOf([{ key: 'A', phone: 'old' }]);
  };
  const slow = createFakeSource();
  const first = tests.read(
    createPlan({ ...slow, resource: { ...slow.resource, read } }, target, { flow: 'phones', hash: 'slow' }),
  );
  await reached.promise;

  const source = createFakeSource([pageOf([{ key: 'A', phone: 'new' }])]);
  const second = await tests.read(createPlan(source, target, { flow: 'phones', hash: 'quick' }));
  await tests.workOff();
  goOn.resolve();
  await first;
  await tests.workOff();
  // The second has waited for its turn: the sweep names it.
  const named: number[] = [];
  await sweep({ ...tests.engine, wake: { ...tests.engine.wake, run: async (id) => void named.push(id) } });
  for (const id of named) await readRun(tests.engine, id, new AbortController().signal);
  await tests.workOff();

  expect(target.records.get('A')?.payload).toMatchObject({ phone: 'new' });
  expect(await tests.load(await first)).toMatchObject({ status: 'succeeded' });
  expect(await tests.load(second)).toMatchObject({ status: 'succeeded', counts: { read: 1, delivered: 1 } });
});
