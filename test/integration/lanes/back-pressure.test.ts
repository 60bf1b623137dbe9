import { expect, onTestFinished, test } from 'vitest';
import type { Page, ReadRequest } from '../../../src/contract/connector.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { stagedSize } from '../../../src/store/line/batches.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { until } from '../../support/until.ts';
import { startWorking } from '../../support/working-engine.ts';

const database = useDatabase();

const maxStagedBytes = 300_000;
const stageBytes = 30_000;
const pageBytes = 10 * 1_100;

test('a target that stalls slows an endless source down, and what lies between them stays within its limit', async () => {
  const { db } = database;
  const tests = createTestEngine(db, { maxStagedBytes, stageBytes });
  let pages = 0;
  const source = createFakeSource();
  Object.assign(source.resource, {
    async *read({ signal }: ReadRequest): AsyncGenerator<Page> {
      while (!signal.aborted) {
        const from = 10 * pages++;
        yield pageOf(
          Array.from({ length: 10 }, (_, nth) => ({ key: `K${from + nth}`, text: 'x'.repeat(1_000) })),
        );
      }
    },
  });
  const gate = Promise.withResolvers<void>();
  const target = createFakeTarget(['find', 'create', 'update']);
  const { find } = target.resource;
  Object.assign(target.resource, {
    find: async (...args: Parameters<NonNullable<typeof find>>) => {
      await gate.promise;
      return (await find?.(...args)) ?? [];
    },
  });
  const plan = createPlan(source, target, { flow: 'endless', delivery: { batch: 20, lanes: 4 } });
  tests.add(plan);
  const working = startWorking(tests.engine);
  onTestFinished(working.stop);
  onTestFinished(() => gate.resolve());
  await startRun(working.engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
  const size = async () => (await stagedSize(db, plan.flow)).bytes;

  const isFull = async () => (await size()) > maxStagedBytes;
  await until(isFull, { what: 'the limit to be reached' });
  const read = pages;
  let looked = 0;
  await until(async () => {
    expect(await size()).toBeLessThanOrEqual(maxStagedBytes + stageBytes + pageBytes);
    // The page under way when the limit was reached, and no more.
    expect(pages).toBeLessThanOrEqual(read + 1 + stageBytes / pageBytes);
    looked += 1;
    return looked >= 15;
  });

  gate.resolve();
  await until(() => pages > 3 * read, { timeoutMs: 20_000, what: 'the source to go on' });
  expect(await size()).toBeLessThanOrEqual(maxStagedBytes + stageBytes + pageBytes);
});
