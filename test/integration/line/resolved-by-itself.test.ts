import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { countStates } from '../../../src/store/errors/causes.ts';
import { type ErrorState, listErrors } from '../../../src/store/errors/errors.ts';
import type { PlanChanges } from '../../support/engine.ts';
import { type Ability, type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const abilitiesOf: Readonly<Record<NonNullable<PlanChanges['write']>, readonly Ability[]>> = {
  create: ['find', 'create'],
  update: ['find', 'update'],
  upsert: ['find', 'create', 'update'],
  delete: ['find', 'delete'],
};

/** A target that refuses what says so, and knows the record already where it is to be changed there. */
function setUp(changes: PlanChanges) {
  const { write = 'upsert' } = changes;
  const { source, target, plan } = tests.setUp({ abilities: abilitiesOf[write], ...changes });
  if (write === 'update' || write === 'delete') target.records.set('A', { id: 'id-of-A', payload: {} });
  let isRefusing = true;
  target.refuse = () => (isRefusing ? { fault: new Fault('TL_TARGET_REJECTED', 'not today') } : undefined);
  const read = async (...records: readonly FakeRecord[]) => {
    source.pages = [pageOf(records)];
    return await tests.run(plan);
  };
  const errorsOf = (states: readonly ErrorState[]) =>
    listErrors(database.db, { flow: plan.flow, states, limit: 10 });
  const mend = () => {
    isRefusing = false;
  };
  return { plan, target, read, errorsOf, mend };
}

const older = (version?: string): FakeRecord => ({ key: 'A', n: 1, ...(version && { version }) });
const newer = (version?: string): FakeRecord => ({ key: 'A', n: 2, ...(version && { version }) });

describe('an error of an older version of a record', () => {
  it.each([
    ['create', 'every', ['1', '2']],
    ['create', 'latest', []],
    ['create', 'latest', ['1', '2']],
    ['update', 'every', []],
    ['update', 'every', ['1', '2']],
    ['update', 'latest', []],
    ['upsert', 'every', []],
    ['upsert', 'every', ['1', '2']],
    ['upsert', 'latest', ['1', '2']],
    ['delete', 'every', []],
    ['delete', 'latest', ['1', '2']],
  ] as const)(
    'is resolved by the run in which a newer one gets through: %s, %s, versions %j',
    async (write, mode, [first, second]) => {
      const { read, errorsOf, mend } = setUp({ write, delivery: { mode } });
      expect((await read(older(first))).counts).toMatchObject({ failed: 1 });
      const [error] = await errorsOf(['open']);
      mend();
      const run = await read(newer(second));
      expect(run.counts).toMatchObject({ delivered: 1 });
      expect(await errorsOf(['open', 'resolved'])).toMatchObject([
        { id: error?.id, state: 'resolved', settledRun: run.id, settledBy: undefined },
      ]);
      expect(await countStates(database.db, error?.cause ?? 0)).toMatchObject({ open: 0, resolved: 1 });
    },
  );

  it('stays where the flow creates events: each is one of its own', async () => {
    const { read, errorsOf, mend } = setUp({ write: 'create', delivery: { mode: 'every' } });
    await read(older());
    mend();
    expect((await read(newer())).counts).toMatchObject({ delivered: 1 });
    expect(await errorsOf(['open'])).toMatchObject([{ key: 'A' }]);
  });

  it('stays where the newer one fails as well, and is one error then', async () => {
    const { read, errorsOf } = setUp({ write: 'upsert' });
    await read(older('1'));
    await read(newer('2'));
    expect(await errorsOf(['open', 'resolved'])).toMatchObject([{ key: 'A', state: 'open' }]);
  });

  it('is left alone by its replay once a newer version has got through', async () => {
    const { plan, target, read, errorsOf, mend } = setUp({ write: 'upsert' });
    await read(older('1'));
    const [error] = await errorsOf(['open']);
    mend();
    const run = await read(newer('2'));
    const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    await startReplay(tests.engine, flow, { filter: { ids: [error?.id ?? 0] }, by: 'anna' });
    await tests.workOff();
    expect(await errorsOf(['resolved'])).toMatchObject([{ id: error?.id, settledRun: run.id }]);
    expect(target.effects.map(({ payload }) => (payload as FakeRecord).n)).toEqual([2]);
  });
});
