import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { rejectRun } from '../../../src/engine/approval/decide-approval.ts';
import { takeWaiting } from '../../../src/engine/divide/take-waiting.ts';
import { listRuns } from '../../../src/store/runs/runs.ts';
import { sumCounts, tallyEvents } from '../../support/counts/event-counts.ts';
import { pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const decision = { by: 'anna', reason: 'a test' };

it('reports in events what the runs count, by whichever way a record ends', async () => {
  const events = tallyEvents(tests.engine);
  const { source, target, plan } = tests.setUp({
    retry: { attempts: 9, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
    steps: { filter: async (value) => (value as { key: string }).key !== 'left-out' },
  });
  const { flow } = plan;
  const expectSame = async () =>
    expect(events.of(flow)).toEqual(sumCounts(await listRuns(database.db, { flow, limit: 100 })));

  // Delivered, filtered, refused, held, not to be read.
  target.refuse = ({ key }) => {
    if (key === 'no') return { fault: new Fault('TL_TARGET_REJECTED', 'no') };
    return key === 'busy' ? { fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') } : undefined;
  };
  const keys = ['yes', 'left-out', 'no', 'busy'];
  source.pages = [
    pageOf(keys.map((key) => ({ key, n: 1 }))),
    { records: [{ fault: new Fault('TL_SOURCE_RECORD', 'no JSON'), raw: '{' }] },
  ];
  await tests.run(plan);
  await expectSame();
  expect(events.of(flow)).toMatchObject({ read: 5, delivered: 1, filtered: 1, failed: 2 });

  // Again: what is as it was is only counted, or fails as it did.
  await tests.run(plan);
  await expectSame();

  // Taken out of its lane, by one and as the rest of a run.
  await takeWaiting(tests.engine, { flow, key: 'busy' }, decision);
  await expectSame();
  const read = await tests.read(plan, { force: true });
  await takeWaiting(tests.engine, { flow, runId: read }, decision);
  await expectSame();

  // Rejected with its run.
  const held = await tests.read(plan, { force: true });
  const guard = JSON.stringify({ code: 'TL_GUARD_TRIPPED', message: 'too many' });
  await sql`update runs set status = 'held', guard = ${guard}::jsonb where id = ${held}`.execute(database.db);
  await rejectRun(tests.engine, held, decision);
  await expectSame();

  // Replayed.
  target.refuse = () => undefined;
  await startReplay(
    tests.engine,
    { flow, hash: plan.hash, documents: [], plan },
    { filter: { flow }, by: 'anna' },
  );
  await tests.workOff();
  await expectSame();
});
