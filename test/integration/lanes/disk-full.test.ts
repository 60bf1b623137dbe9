import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { Page, ReadRequest } from '../../../src/contract/connector.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { openDatabase } from '../../../src/store/postgres/database.ts';
import { migrate } from '../../../src/store/postgres/migrate.ts';
import { listRuns } from '../../../src/store/runs/runs.ts';
import { createPostgresServer, type PostgresServer } from '../../chaos/processes/postgres-server.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { mountSmallDisk, type SmallDisk } from '../../support/servers/small-disk.ts';
import { until } from '../../support/until.ts';
import { startWorking } from '../../support/working-engine.ts';

// Counterpart: test/integration/lanes/lost-connection.test.ts, where the store is away for another reason.
const disk = await mountSmallDisk(256);
if (!disk)
  process.stderr.write('The test of a full disk is left out: this account may not mount a small one.\n');

const total = 3_000;

test.skipIf(!disk)(
  'a full disk stops work, and all of it goes on when there is room again',
  async () => {
    const { dir, fill, clear, remove } = disk as SmallDisk;
    onTestFinished(remove);
    const server = await createPostgresServer(dir);
    onTestFinished(() => server.stop());
    await server.start();
    const db = await openDatabase(server.url, { connections: 10 });
    onTestFinished(() => db.destroy());
    await migrate(db);

    const tests = createTestEngine(db, { stageBytes: 100_000 });
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const source = createFakeSource();
    Object.assign(source.resource, {
      read: (request: ReadRequest) => readFrom(request, { reached: reached.resolve, goOn: goOn.promise }),
    });
    const target = createFakeTarget(['find', 'create', 'update']);
    const plan = createPlan(source, target, { flow: 'orders', delivery: { batch: 50 } });
    tests.add(plan);
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    const { engine, met, stop } = startWorking(tests.engine);
    onTestFinished(stop);

    // The reader has staged some of it and stands still; some of that is delivered.
    await startRun(engine, flow, {});
    await reached.promise;
    await until(() => target.effects.length > 100, { what: 'the first effects' });
    await fill();
    goOn.resolve();
    const topUp = setInterval(() => void fill().catch(() => {}), 200);
    onTestFinished(() => clearInterval(topUp));
    await until(() => met.length > 0, { timeoutMs: 30_000, what: 'the disk to be full' });
    expect(met.map(({ code }) => code)).toContain('TL_STORE_UNAVAILABLE');
    expect(met.some(({ message }) => /no space left/i.test(message))).toBe(true);
    expect(target.records.size).toBeLessThan(total);

    clearInterval(topUp);
    await clear();
    await until(() => answers(server), { timeoutMs: 60_000, what: 'PostgreSQL' });
    // What the schedule would do: a run that was broken off is followed by the next one, from the cursor on.
    await until(
      async () => {
        const [last] = await listRuns(db, { limit: 1 });
        if (last?.endedAt && target.records.size < total) await startRun(engine, flow, {});
        return target.records.size === total && last?.endedAt;
      },
      { timeoutMs: 60_000, what: 'all of it' },
    );
    // Nothing of it was taken for a defect, or for a record's own fault.
    expect(new Set(met.map(({ code }) => code))).toEqual(new Set(['TL_STORE_UNAVAILABLE']));
    // What had been written and could not be recorded is looked up, and not made again.
    expect(target.effects.filter(({ action }) => action === 'create')).toHaveLength(total);
    const runs = await listRuns(db, { limit: 100 });
    expect(
      runs.every(({ counts }) => isBalanced(counts) && counts.pending === 0 && counts.failed === 0),
    ).toBe(true);
    // A reader waits as long as the run is its own; one that had to give it up says why.
    for (const { status, fault } of runs)
      expect([status, fault?.code]).toEqual(
        status === 'failed' ? ['failed', 'TL_STORE_UNAVAILABLE'] : ['succeeded', undefined],
      );
  },
  180_000,
);

/** Records that do not compress, from the cursor on; stands still once, after the first part. */
async function* readFrom(
  request: ReadRequest,
  gate: { readonly reached: () => void; readonly goOn: Promise<void> },
): AsyncGenerator<Page> {
  const from = Number(request.cursor ?? 0);
  for (let next = from; next < total; next += 50) {
    if (next === 600) {
      gate.reached();
      await gate.goOn;
    }
    const records = Array.from({ length: 50 }, (_, nth): FakeRecord => {
      const n = next + nth;
      return { key: `SO-${n}`, version: '1', n, text: randomBytes(4_000).toString('base64') };
    });
    yield pageOf(records, String(next + 50));
  }
}

/** One that could not write its log has ended, and is started again as a service manager would. */
async function answers(server: PostgresServer): Promise<boolean> {
  try {
    await server.query('select 1');
  } catch {
    await server.stop();
    await server.start();
  }
  return true;
}
