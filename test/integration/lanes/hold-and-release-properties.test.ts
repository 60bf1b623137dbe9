import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { sumCounts, tallyEvents } from '../../support/counts/event-counts.ts';
import { createPlan } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeTarget, pageOf } from '../../support/fake-system.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const keys = ['A', 'B', 'C'] as const;
type Key = (typeof keys)[number];

/** `busy` may pass, `lost`: carried out, but the reply does not arrive, `refused`: it will never do. */
const moods = ['ready', 'ready', 'busy', 'lost', 'refused'] as const;
type Mood = (typeof moods)[number];

type Step =
  /** The source hands over the next version of each of these keys, in this order. */
  | { readonly do: 'emit'; readonly keys: readonly Key[] }
  /** The last version of each of these once more, as `lookback` does, or the one before, as a lagging replica does. */
  | { readonly do: 'repeat' | 'stale'; readonly keys: readonly Key[] }
  /** From now on the target treats a key like this. */
  | { readonly do: 'mood'; readonly key: Key; readonly mood: Mood }
  /** `work`: the time of all that waits has come; `deliver`: it has not. */
  | { readonly do: 'away' | 'back' | 'work' | 'deliver' | 'replay' };

const someKeys = fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('emit' as const), keys: someKeys }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('repeat' as const, 'stale' as const), keys: someKeys }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      key: fc.constantFrom(...keys),
      mood: fc.constantFrom(...moods),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'away' as const,
        'back' as const,
        'work' as const,
        'deliver' as const,
        'deliver' as const,
        'replay' as const,
      ),
    }),
  },
);

let nth = 0;

/** A flow of its own over a system whose mood can be set, and how far the source has come with each key. */
function open(mode: Plan['delivery']['mode'], batch: number) {
  nth += 1;
  const source = createFakeSource();
  const target = createFakeTarget(['find', 'create', 'update']);
  const mood = new Map<string, Mood>();
  target.refuse = ({ key }) => {
    switch (mood.get(key)) {
      case 'busy':
        return { fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') };
      case 'refused':
        return { fault: new Fault('TL_TARGET_REJECTED', 'no') };
      case 'lost':
        // Only one reply gets lost, or nothing would ever be known.
        mood.set(key, 'ready');
        return { fault: new Fault('TL_TARGET_UNKNOWN', 'no reply'), after: true };
      default:
        return undefined;
    }
  };
  const plan = createPlan(source, target, {
    flow: `script-${nth}`,
    delivery: { mode, batch, lanes: 2 },
    retry: { attempts: 3, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
  });
  const events = tallyEvents(tests.engine);
  return { source, target, mood, plan, events, emitted: new Map<Key, number>() };
}

type Opened = ReturnType<typeof open>;

async function carryOut(opened: Opened, step: Step): Promise<void> {
  const { source, target, mood, plan, emitted } = opened;
  switch (step.do) {
    case 'emit':
    case 'repeat':
    case 'stale': {
      const records = step.keys.map((key) => {
        const n = (emitted.get(key) ?? 0) + (step.do === 'emit' || !emitted.has(key) ? 1 : 0);
        emitted.set(key, n);
        const given = step.do === 'stale' ? Math.max(1, n - 1) : n;
        return { key, version: String(given), n: given };
      });
      source.pages = [pageOf(records)];
      await tests.read(plan);
      return;
    }
    case 'mood':
      mood.set(step.key, step.mood);
      return;
    case 'away':
      target.down = new Fault('TL_SYSTEM_UNREACHABLE', 'no connection');
      return;
    case 'back':
      target.down = undefined;
      return;
    case 'work':
      return await workOnce(plan);
    case 'deliver':
      return await tests.workOff();
    case 'replay':
      await replay(plan);
  }
}

/** As if the time of everything that waits had come, once. */
async function workOnce(plan: Plan): Promise<void> {
  await sql`update held set due_at = now() where flow = ${plan.flow} and due_at is not null`.execute(
    database.db,
  );
  await sql`update batches set due_at = now() where flow = ${plan.flow}`.execute(database.db);
  await sql`update circuits set probe_at = now() where connection = ${plan.target.connection}`.execute(
    database.db,
  );
  await tests.workOff();
}

async function replay(plan: Plan): Promise<void> {
  const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
  await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna' });
}

async function openErrors(plan: Plan): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from errors where flow = ${plan.flow} and state in ('open', 'replaying')`.execute(
    database.db,
  );
  return rows[0]?.count ?? 0;
}

async function runIds(plan: Plan): Promise<readonly number[]> {
  const { rows } = await sql<{
    id: number;
  }>`select id from runs where flow = ${plan.flow} order by id`.execute(database.db);
  return rows.map(({ id }) => id);
}

async function checkCounts({ plan, events }: Opened): Promise<void> {
  const runs = await Promise.all((await runIds(plan)).map((id) => tests.load(id)));
  for (const run of runs) expect(isBalanced(run.counts), JSON.stringify(run.counts)).toBe(true);
  // Whoever only hears of the events knows the same.
  expect(events.of(plan.flow)).toEqual(sumCounts(runs));
}

/** Versions of a key in the order in which the target has taken them. */
function takenBy(target: FakeTarget, key: Key): readonly number[] {
  return target.effects
    .filter((effect) => effect.key === key)
    .map(({ payload }) => (payload as { n: number }).n);
}

function checkOrder({ target }: Opened): void {
  for (const key of keys) {
    const taken = takenBy(target, key);
    // A lost reply to an update is answered by the same update again: the same state, never an older one.
    expect(taken).toEqual(taken.toSorted((a, b) => a - b));
    const creates = target.effects.filter((effect) => effect.key === key && effect.action === 'create');
    expect(creates.length).toBeLessThanOrEqual(1);
  }
}

/** The target takes everything now: after this nothing may be left. */
async function comeToRest(opened: Opened): Promise<void> {
  const { target, mood, plan } = opened;
  target.down = undefined;
  mood.clear();
  await workOnce(plan);
  await replay(plan);
  await workOnce(plan);
  expect(await openErrors(plan)).toBe(0);
  for (const id of await runIds(plan)) {
    const { status, counts } = await tests.load(id);
    expect({ status, pending: counts.pending }).toMatchObject({ pending: 0 });
    expect(['succeeded', 'errors']).toContain(status);
  }
  for (const key of keys) {
    const last = opened.emitted.get(key);
    const there = target.records.get(key)?.payload as { n: number } | undefined;
    expect(there?.n).toBe(last);
  }
}

async function runScript(opened: Opened, script: readonly Step[]): Promise<void> {
  for (const each of script) {
    await carryOut(opened, each);
    await checkCounts(opened);
    checkOrder(opened);
  }
  await comeToRest(opened);
  await checkCounts(opened);
  checkOrder(opened);
}

const scripts = fc.record({
  script: fc.array(step, { minLength: 4, maxLength: 12 }),
  batch: fc.constantFrom(1, 3, 100),
});

test.each(['every', 'latest'] as const)(
  'in mode %s nothing is lost, doubled or out of order, whatever the target says and when',
  async (mode) => {
    await fc.assert(
      fc.asyncProperty(scripts, ({ script, batch }) => runScript(open(mode, batch), script)),
      propertyRuns(12),
    );
  },
);

test('in mode every, each version arrives once where none is refused or given up', async () => {
  const key = fc.constantFrom('A' as const, 'B' as const);
  const gentle = fc.record({
    batch: fc.constantFrom(1, 3, 100),
    script: fc.array(
      fc.oneof<fc.Arbitrary<Step>[]>(
        fc.record({ do: fc.constant('emit' as const), keys: fc.array(key, { minLength: 1, maxLength: 3 }) }),
        fc.record({ do: fc.constant('mood' as const), key, mood: fc.constantFrom('busy', 'ready') }),
        fc.record({ do: fc.constantFrom('deliver', 'deliver', 'deliver', 'work', 'away', 'back') }),
      ),
      { minLength: 10, maxLength: 16 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(gentle, async ({ script, batch }) => {
      const opened = open('every', batch);
      const patient = { ...opened, plan: { ...opened.plan, retry: { ...opened.plan.retry, attempts: 100 } } };
      await runScript(patient, script);
      for (const key of keys) {
        const all = Array.from({ length: patient.emitted.get(key) ?? 0 }, (_, index) => index + 1);
        expect(takenBy(patient.target, key)).toEqual(all);
      }
    }),
    propertyRuns(12),
  );
});
