import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Page, Write } from '../../../src/contract/connector.ts';
import { Fault, toFault } from '../../../src/contract/fault.ts';
import { present } from '../../../src/contract/present.ts';
import { approveRun, rejectRun } from '../../../src/engine/approval/decide-approval.ts';
import { takeWaiting } from '../../../src/engine/divide/take-waiting.ts';
import { readRun } from '../../../src/engine/runs/read-run.ts';
import { startRun, startTick } from '../../../src/engine/runs/start-run.ts';
import { createOfflinePlans } from '../../../src/flow-test/compile-offline.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { endLostReadings, type Run } from '../../../src/store/runs/runs.ts';
import { savePause } from '../../../src/store/waiting/pauses.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { createPlan } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeRecord, pageOf } from '../../support/fake-system.ts';
import { useEngine } from '../../support/use-engine.ts';
import { faultBase, faultExamples, toldInWorkspace } from '../../unit/docs/fault-page.ts';
import type { Example } from '../../unit/docs/page-sections.ts';

const { database, tests } = useEngine();

/** How the page says that it came to this: by code, what is told in the end. */
const scenarios: Readonly<Record<string, (example: Example) => Promise<string>>> = {
  TL_GUARD_TRIPPED: async (example) => {
    const { held } = await holdRunOf(example, 'guarded');
    return toldOf(held);
  },

  async TL_TARGET_ID_TAKEN(example) {
    const answers = JSON.parse(textOf(example, 'json')) as readonly {
      readonly number: string;
      readonly answered: { readonly id: number };
    }[];
    const target = createFakeTarget(['upsert']);
    const upsert: Write = async ([item]) =>
      answers
        .filter(({ number }) => number === item?.key)
        .map(({ answered }) => ({ ok: true, id: String(answered.id) }));
    Object.assign(target.resource, { upsert });
    const source = createFakeSource();
    const plan = createPlan(source, target, { flow: 'id-taken' });
    for (const { number } of answers) {
      source.pages = [pageOf([{ key: number }])];
      await tests.run(plan);
    }
    const [error] = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 });
    return `${error?.code}  ${error?.message}`;
  },

  async TL_RUN_REJECTED(example) {
    const guarded = exampleOf('TL_GUARD_TRIPPED');
    const { plan, held } = await holdRunOf(guarded, 'rejected');
    const reason = /--reason "(.*)"/.exec(textOf(example, 'sh'))?.[1] ?? '';
    await rejectRun(tests.engine, held.id, { by: 'maria', reason });
    const [error] = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 });
    return `${error?.code}  ${error?.message}`;
  },

  async TL_CONFLICT() {
    const source = createFakeSource();
    const plan = createPlan(source, createFakeTarget(['upsert']), { flow: 'prices-to-erp' });
    source.pages = [pageOf([{ key: 'A-1' }])];
    const run = await tests.run(plan);
    const told = await approveRun(tests.engine, run.id, 'maria').catch(toFault);
    return `${told?.code}  ${told?.message}`.replace(`run ${run.id} `, 'run 12 ');
  },

  async TL_TAKEN_OUT(example) {
    const [, key = '', reason = ''] = /--key (\S+) --reason "(.*)"/.exec(textOf(example, 'sh')) ?? [];
    const target = createFakeTarget(['find', 'create', 'update']);
    target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'connect ECONNREFUSED');
    const plan = createPlan(createFakeSource([pageOf([{ key }])]), target, { flow: 'taken' });
    await tests.run(plan);
    await takeWaiting(tests.engine, { flow: plan.flow, key }, { by: 'maria', reason });
    const [error] = await listErrors(database.db, { flow: plan.flow, states: ['open'], limit: 10 });
    return `${error?.code}  ${error?.message}`;
  },

  async TL_PAUSED(example) {
    const [, name = '', reason = ''] = /pause (\S+) --reason "(.*)"/.exec(textOf(example, 'sh')) ?? [];
    const schedule = {
      cron: '* * * * *',
      timezone: 'UTC',
      overlap: 'skip',
      catchupMs: 0,
      jitterMs: 0,
    } as const;
    const { plan } = tests.setUp({ flow: name });
    const { db } = database;
    await savePause(db, { kind: 'flow', name, by: 'anna', reason, until: null });
    const startable = { flow: name, hash: plan.hash, documents: [], plan, schedule };
    const id = await startTick(tests.engine, startable, new Date());
    return toldOf(await tests.load(present(id, 'the run of the tick')));
  },

  async TL_LEASE_LOST() {
    const reading = await startReading('killed');
    await sql`update runs set read_until = now() - interval '1 second' where id = ${reading.id}`.execute(
      database.db,
    );
    await endLostReadings(database.db);
    const told = toldOf(await tests.load(reading.id));
    await reading.stop();
    return told;
  },

  async TL_RUN_STOPPED() {
    const reading = await startReading('stopped');
    await reading.stop();
    return toldOf(await tests.load(reading.id));
  },
};

it.each(faultExamples('run').map((example) => [example.code, example] as const))(
  'docs/faults.md tells what a run or its records end with: %s',
  async (code, example) => {
    expect(await scenarios[code]?.(example)).toBe(example.said);
  },
  60_000,
);

/** The guards of the example's flow over its records, one run each: the last one is held. */
async function holdRunOf(example: Example, flow: string): Promise<{ plan: Plan; held: Run }> {
  const versions = JSON.parse(textOf(example, 'json')) as readonly Omit<FakeRecord, 'key'>[];
  const source = createFakeSource();
  const target = createFakeTarget(['find', 'create', 'update']);
  let plan = createPlan(source, target, { flow });
  await toldInWorkspace(example, faultBase, async (workspace) => {
    const compiled = createOfflinePlans(workspace, { now: () => 0 }).compile('orders-to-erp', undefined);
    const { measure } = compiled.steps;
    plan = { ...plan, guards: compiled.guards, steps: { ...plan.steps, ...(measure && { measure }) } };
    return '';
  });
  let held: Run | undefined;
  for (const version of versions) {
    source.pages = [pageOf([{ ...version, key: String(version['number']) }])];
    held = await tests.run(plan);
  }
  if (held?.status !== 'held') throw new Error(`the run is not held: ${held?.status}`);
  return { plan, held };
}

/** A run whose source gives nothing until it is stopped. */
async function startReading(flow: string): Promise<{ readonly id: number; stop(): Promise<void> }> {
  const stopping = new AbortController();
  const reached = Promise.withResolvers<void>();
  const source = createFakeSource();
  const read = async function* (): AsyncGenerator<Page> {
    reached.resolve();
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
    yield pageOf([]);
  };
  const plan = createPlan(
    { ...source, resource: { ...source.resource, read } },
    createFakeTarget(['find', 'create', 'update']),
    { flow },
  );
  tests.add(plan);
  const id = await startRun(tests.engine, { flow, hash: plan.hash, documents: [], plan }, {});
  const reading = readRun(tests.engine, id, stopping.signal);
  await reached.promise;
  return {
    id,
    stop: async () => {
      stopping.abort();
      await reading;
    },
  };
}

function toldOf({ fault }: Run): string {
  return `${fault?.code}  ${fault?.message}`;
}

function exampleOf(code: string): Example {
  const found = faultExamples('run').find((example) => example.code === code);
  if (found === undefined) throw new Error(`no example of ${code}`);
  return found;
}

function textOf({ given }: Example, language: string): string {
  return given.find((block) => block.language === language)?.text ?? '';
}
