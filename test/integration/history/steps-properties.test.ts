import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { settleByHand } from '../../../src/engine/decisions/settle-errors.ts';
import { takeWaiting } from '../../../src/engine/divide/take-waiting.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { findBlocksOfRun } from '../../../src/store/history/find-blocks.ts';
import { loadBlocks } from '../../../src/store/history/load-blocks.ts';
import { loadRun } from '../../../src/store/runs/runs.ts';
import { pageOf } from '../../support/fake-system.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

/** With all of it kept, what history says of a run's records adds up to what the run counts, whatever happened to them. */

const { database, tests } = useEngine();

const faults = {
  busy: new Fault('TL_SYSTEM_UNAVAILABLE', 'busy'),
  refused: new Fault('TL_TARGET_REJECTED', 'not like this'),
};

const keys = ['A', 'B', 'C'];
const aKey = fc.constantFrom(...keys);
const someRecords = fc.array(fc.record({ key: aKey, n: fc.integer({ min: 1, max: 3 }) }), { maxLength: 6 });
const someTrouble = fc.dictionary(aKey, fc.constantFrom('busy', 'refused'), { maxKeys: 2 });

const anAct = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ act: fc.constant('run'), records: someRecords, trouble: someTrouble }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('replay'), trouble: someTrouble }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('take out'), key: aKey }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('discard'), discarded: aKey }) },
);

type Act = typeof anAct extends fc.Arbitrary<infer Value> ? Value : never;

function setUp(nth: number, mode: 'every' | 'latest', delayMs: number) {
  const flow = `kept-${nth}`;
  const { source, target, plan } = tests.setUp({
    ...{
      flow,
      hash: flow,
      history: 'full',
      retry: { attempts: 2, delayMs, factor: 1, maxDelayMs: delayMs, jitter: false },
    },
    delivery: { lanes: 2, batch: 3, mode },
  });
  tests.add(plan);
  const startable = { flow, hash: plan.hash, documents: [], plan };
  const perform = async (act: Act) => {
    const trouble = 'trouble' in act ? act.trouble : {};
    target.refuse = ({ key }) => {
      const fault = faults[trouble[key] as keyof typeof faults];
      return fault && { fault };
    };
    if ('records' in act) {
      source.pages = [pageOf(act.records)];
      await tests.run(plan);
    } else if ('discarded' in act) {
      const open = await listErrors(database.db, { flow, key: act.discarded, states: ['open'], limit: 100 });
      const ids = open.map(({ id }) => id);
      await settleByHand(database.db, ids, { state: 'discarded', by: 'anna', reason: 'not wanted' });
    } else if ('key' in act) {
      await takeWaiting(tests.engine, { flow, key: act.key }, { by: 'anna', reason: 'wanted' });
    } else {
      await startReplay(tests.engine, startable, { filter: {}, by: 'anna' });
      await tests.workOff();
    }
  };
  return { flow, perform };
}

async function expectToAddUp(flow: string): Promise<void> {
  const { rows } = await sql<{ id: number }>`select id from runs where flow = ${flow} order by id`.execute(
    database.db,
  );
  for (const { id } of rows) {
    const refs = await findBlocksOfRun(database.db, { runId: id, limit: 1_000 });
    const steps = (await loadBlocks(database.db, refs)).flatMap(({ records }) =>
      records.map(({ end }) => end),
    );
    const told = (outcome: string) =>
      steps.filter((end) => (end.isAgain ? 'unchanged' : end.outcome) === outcome).length;
    const run = await loadRun(database.db, id);
    const { delivered, unchanged, superseded, filtered, failed } = run?.counts ?? {};
    const counted = { delivered, unchanged, superseded, filtered, failed };
    expect(Object.fromEntries(Object.keys(counted).map((outcome) => [outcome, told(outcome)]))).toEqual(
      counted,
    );
  }
}

it('adds up to what runs count, by whatever doors their records leave', async () => {
  let nth = 0;
  const acts = fc.array(anAct, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('every' as const, 'latest' as const),
      fc.constantFrom(0, 60_000),
      acts,
      async (mode, delayMs, script) => {
        nth += 1;
        const { flow, perform } = setUp(nth, mode, delayMs);
        for (const act of script) await perform(act);
        await expectToAddUp(flow);
      },
    ),
    propertyRuns(25),
  );
});
