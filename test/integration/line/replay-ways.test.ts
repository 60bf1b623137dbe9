import { describe, expect, it } from 'vitest';
import { findError } from '../../../src/app/errors/show-error.ts';
import { flowsOfErrors } from '../../../src/app/replay/flows-of-errors.ts';
import { toExactNumber } from '../../../src/contract/exact-json/json-number.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { type ReplayWay, withMade } from '../../../src/engine/bulks/replay-way.ts';
import { reopenErrorsOf } from '../../../src/engine/decisions/settle-errors.ts';
import { forecastErrors } from '../../../src/engine/forecast/forecast-errors.ts';
import type { Forecast } from '../../../src/engine/forecast/forecast-record.ts';
import { mergeWith } from '../../../src/engine/patch/edits.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import {
  countUnmade,
  freezeReplayable,
  listFailedPlans,
  loadMade,
  loadReplayable,
} from '../../../src/store/errors/replays.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { startReplay, type TestReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const refused = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'not today') });

/** What the flow makes of a record says how it maps by now; numbers keep their digits. */
function setUp() {
  const flowNow = { mapped: 1 };
  const steps = {
    map: async (value: FakeRecord) => {
      if (value['broken'] === true) throw new Fault('TL_MAP_FAILED', 'no price');
      const { mapped } = flowNow;
      return {
        value: { ...value, mapped, price: toExactNumber('1.10'), id: toExactNumber('9007199254740993') },
      };
    },
  };
  const { source, target, plan } = tests.setUp({ abilities: ['find', 'create', 'update'], steps });
  const read = async (records: readonly FakeRecord[], by: Plan = plan) => {
    source.pages = [pageOf(records)];
    return await tests.run(by);
  };
  const replay = async (options: Partial<TestReplay> = {}, by: Plan = plan) => {
    const flow = { flow: by.flow, hash: by.hash, documents: [], plan: by };
    await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna', ...options });
    await tests.workOff();
  };
  const open = () => listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 });
  const madeOf = async () => {
    const errors = await open();
    const made = await loadMade(
      database.db,
      errors.map(({ id }) => id),
    );
    return errors.map(({ id }) => made.get(id)?.text);
  };
  return { flowNow, target, plan, read, replay, open, madeOf };
}

const fromStage = { way: { flowOf: 'now', from: 'stage' } } as const;
const first = '{"key":"A","n":1,"mapped":1,"price":1.10,"id":9007199254740993}';

describe('from the stage that failed', () => {
  it('sends exactly what the target would not take, as often as it takes', async () => {
    const { flowNow, target, read, replay, open, madeOf } = setUp();
    const sent: (string | undefined)[] = [];
    target.refuse = ({ text, payload }) => {
      sent.push(text);
      expect(JSON.stringify(payload)).toBe(text);
      return refused();
    };
    await read([{ key: 'A', n: 1 }]);
    expect(await madeOf()).toEqual([first]);
    const [error] = await open();
    const shown = await findError(database, String(error?.id));
    expect(JSON.stringify(shown.error.sent)).toBe(first);
    expectDocument('errors-show', JSON.stringify(shown.error));
    flowNow.mapped = 2;
    await replay(fromStage);
    expect(await madeOf()).toEqual([first]);
    target.refuse = ({ text }) => {
      sent.push(text);
      return undefined;
    };
    await replay(fromStage);
    expect(sent).toEqual([first, first, first]);
    expect(await open()).toEqual([]);
  });

  it('goes on as it was made when it has to wait, and stays as it is at the target that has it', async () => {
    const { flowNow, target, read, replay, open } = setUp();
    target.refuse = refused;
    await read([{ key: 'A', n: 1 }]);
    flowNow.mapped = 2;
    let tries = 0;
    target.refuse = () => {
      tries += 1;
      return tries === 1 ? { fault: new Fault('TL_TARGET_CONFLICT', 'busy') } : undefined;
    };
    await replay(fromStage);
    expect(tries).toBe(2);
    expect(JSON.stringify(target.records.get('A')?.payload)).toBe(first);
    expect(await open()).toEqual([]);
  });

  it('begins at the start for what failed before it, and after a patch', async () => {
    const { flowNow, plan, target, read, replay, open, madeOf } = setUp();
    target.refuse = refused;
    await read([
      { key: 'A', n: 1 },
      { key: 'B', broken: true },
    ]);
    expect(await madeOf()).toEqual([first, undefined]);
    expect(await countUnmade(database.db, { flow: plan.flow })).toBe(1);
    const errors = await loadReplayable(
      database.db,
      await freezeReplayable(database.db, { flow: plan.flow }),
    );
    const tools = { db: database.db, entity: () => undefined, signal: new AbortController().signal };
    const records: Forecast[] = [];
    for await (const chunk of forecastErrors(tools, plan, [await withMade(database.db, errors)]))
      records.push(...chunk.map(({ forecast }) => forecast));
    expect(records).toMatchObject([
      { key: 'A', effect: 'create', payload: { mapped: 1 } },
      { key: 'B', effect: 'fails', fault: { code: 'TL_MAP_FAILED' } },
    ]);
    flowNow.mapped = 2;
    await replay({ edit: mergeWith({ n: 2, broken: false }) });
    expect(await madeOf()).toEqual([
      '{"key":"A","n":2,"broken":false,"mapped":2,"price":1.10,"id":9007199254740993}',
      '{"key":"B","broken":false,"n":2,"mapped":2,"price":1.10,"id":9007199254740993}',
    ]);
    // The record is as the source gave it again: what was made of another one is not sent for it.
    await reopenErrorsOf(
      database.db,
      (await open()).map(({ id }) => id),
      'anna',
    );
    expect(await madeOf()).toEqual([undefined, undefined]);
    target.refuse = () => undefined;
    flowNow.mapped = 3;
    await replay(fromStage);
    expect(target.records.get('A')?.payload).toMatchObject({ n: 1, mapped: 3 });
    expect(await open()).toMatchObject([{ key: 'B', code: 'TL_MAP_FAILED' }]);
  });
});

describe('what cannot be replayed like that', () => {
  it('is a flow of then that cannot be compiled any more, and a payload for another place', async () => {
    const { plan, target, read } = setUp();
    target.refuse = refused;
    const { id } = await read([{ key: 'A', n: 1 }]);
    const gone = new Fault('TL_CONNECTION_CONFIG', 'the variable ERP_KEY is not set');
    const flows = {
      now: () => ({ plan: { ...plan, target: { ...plan.target, connection: 'other' } } }),
      asOf: () => Promise.reject<{ plan: Plan }>(gone),
    };
    const find = (way: ReplayWay) => flowsOfErrors(database.db, { flow: plan.flow }, { way, flows });
    await expect(find({ flowOf: 'then', from: 'start' })).rejects.toMatchObject({
      code: 'TL_CONNECTION_CONFIG',
      message: `${plan.flow} cannot be used any more as it was in run ${id}: the variable ERP_KEY is not set`,
    });
    await expect(find({ flowOf: 'now', from: 'stage' })).rejects.toThrow(
      `what ${plan.flow} sent in run ${id} was made for ${plan.target.connection}.things, and it writes to other.things now`,
    );
    expect(await find({ flowOf: 'now', from: 'start' })).toHaveLength(1);
  });
});

describe('the flow of then', () => {
  it('takes those that failed under it, and keeps each key in the lane that it has now', async () => {
    const { plan, target, read, replay, open } = setUp();
    target.refuse = refused;
    await read([{ key: 'A', n: 1 }]);
    const steps = { ...plan.steps, map: async () => ({ value: { key: 'x', later: true } }) };
    const later: Plan = {
      ...plan,
      hash: `${plan.hash} later`,
      steps,
      delivery: { ...plan.delivery, lanes: 1 },
    };
    await read([{ key: 'B', n: 2 }], later);
    const failed = await listFailedPlans(database.db, { flow: plan.flow });
    expect(failed).toMatchObject([{ planHash: plan.hash }, { planHash: later.hash }]);
    target.refuse = () => undefined;
    const way = { flowOf: 'then', from: 'start' } as const;
    for (const each of [plan, later]) {
      await replay(
        { filter: { flow: plan.flow, planHash: each.hash }, way, lanes: later.delivery.lanes },
        each,
      );
    }
    expect(target.records.get('A')?.payload).toMatchObject({ n: 1, mapped: 1 });
    expect(target.records.get('B')?.payload).toEqual({ key: 'x', later: true });
    expect(await open()).toEqual([]);
  });
});
