import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPageMemory } from '../../../src/app/engine/page-memory.ts';
import { createPlanCache, type PlanCache } from '../../../src/app/engine/plan-cache.ts';
import { createSharedLimits } from '../../../src/app/engine/shared-limits.ts';
import { isBalanced } from '../../../src/contract/outcome.ts';
import { createRandom, type Random } from '../../../src/simulator/random.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { openWorkspace } from '../../../src/workspace/load/load-workspace.ts';
import { until } from '../../support/until.ts';
import { useEngine } from '../../support/use-engine.ts';
import { answers, type Kind, kinds, rows, times } from './kinds.ts';
import { type FuzzedSystem, startFuzzedSystem } from './system.ts';
import { answerPlaces, createFuzzWorkspace, type FuzzWorkspace } from './workspace.ts';

/**
 * Twenty good records and garbage among them, by every place where data enters: the twenty arrive, each piece of garbage
 * is an error of its own (or arrives, where it only looks strange), nothing waits, and the run balances. On a page each
 * kind comes alone; at the other places all of them come in one run, which is as hard and takes a fraction of the time.
 */

const seed = Number(process.env['SEED'] ?? 4711);

const { database, tests } = useEngine({ limits: { maxRecordBytes: 200_000 } });
let system: FuzzedSystem;
let workspace: FuzzWorkspace;
let plans: PlanCache;

beforeAll(async () => {
  system = await startFuzzedSystem();
  workspace = await createFuzzWorkspace(system.url, [
    ['good', 'G'],
    ...rows.map(({ value }, nth) => [`odd-${nth}`, value] as const),
  ]);
  const loaded = await openWorkspace(workspace.dir, {
    env: {},
    builtinDir: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  const { clock } = tests.engine;
  plans = createPlanCache(loaded, {
    db: database.db,
    clock,
    log: () => ({ debug: () => {}, warn: () => {} }),
    shareLimits: createSharedLimits(database.db, 'fuzz'),
    rememberPages: createPageMemory(database.db),
  });
});
afterAll(async () => {
  await plans.close();
  await workspace[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

const goodKeys = (nth: number) => Array.from({ length: 20 }, (_, index) => `g${nth}-${index}`);

/** The garbage somewhere among the good ones. */
function mix<Each>(good: readonly Each[], odd: readonly Each[], random: Random): readonly Each[] {
  const mixed = [...good];
  for (const each of odd) mixed.splice(random.int(0, mixed.length), 0, each);
  return mixed;
}

const goodJson = (key: string) => `{"id":"${key}","rev":1,"changed":"2026-01-01","note":"aaa"}`;
const oddKey = (kind: Kind) => `odd-${kinds.indexOf(kind)}`;

describe('of what is read on a page', () => {
  it.each(kinds.filter(({ json }) => json).map((kind, nth) => [kind.name, kind, nth] as const))(
    'twenty arrive beside %s',
    async (_name, kind, nth) => {
      const random = createRandom(seed + nth);
      const odd = kind.json?.(JSON.stringify(oddKey(kind)), random.int(1, 9)) ?? '';
      const good = goodKeys(nth);
      system.given.set('page', mix(good.map(goodJson), [odd], random));
      await expectGood('page', { good, odd: [kind] });
    },
  );
});

const forms = {
  second: {
    of: ({ json }: Kind) => json,
    good: goodJson,
    give: async (records: readonly string[]) => void system.given.set('second', records),
  },
  jsonl: {
    of: ({ json }: Kind) => json,
    good: goodJson,
    give: (records: readonly string[]) => workspace.drop('all.jsonl', `${records.join('\n')}\n`),
  },
  json: {
    of: ({ json }: Kind) => json,
    good: goodJson,
    give: (records: readonly string[]) => workspace.drop('all.json', `[${records.join()}]`),
  },
  csv: {
    of: ({ csv }: Kind) => csv,
    good: (key: string) => `${key},1,2026-01-01,aaa`,
    give: (rows: readonly string[]) => workspace.drop('all.csv', `id,rev,changed,note\n${rows.join('\n')}\n`),
  },
  xml: {
    of: ({ xml }: Kind) => xml,
    good: (key: string) => `<item><id>${key}</id></item>`,
    give: (items: readonly string[]) => workspace.drop('all.xml', `<items>${items.join('')}</items>`),
  },
};

describe('of what is read elsewhere', () => {
  it.each(['second', 'jsonl', 'json', 'csv', 'xml'] as const)(
    'twenty arrive beside all of it: %s',
    async (place) => {
      const random = createRandom(seed);
      const { of, good: toGood, give } = forms[place];
      const odd = kinds.filter((kind) => of(kind) !== undefined);
      const texts = odd.map((kind) => {
        const key = place === 'csv' || place === 'xml' ? oddKey(kind) : JSON.stringify(oddKey(kind));
        return of(kind)?.(key, random.int(1, 9)) ?? '';
      });
      const good = goodKeys(0);
      await give(mix(good.map(toGood), texts, random));
      await expectGood(place, { good, odd });
    },
  );
});

describe('of what is read besides', () => {
  it('twenty arrive beside all of it: what belongs to a record', async () => {
    const random = createRandom(seed);
    const good = goodKeys(0);
    const odd = kinds.filter(({ json }) => json !== undefined);
    const records = odd.map(({ json }, nth) => {
      system.odd.set(`one odd-${nth}`, json?.('"S"', random.int(1, 9)) ?? '');
      return `{"id":"odd-${nth}","note":"x"}`;
    });
    system.given.set('attach', mix(good.map(goodJson), records, random));
    await expectGood('attach', { good, odd: odd.map(({ name }) => ({ name, expect: 'either' })) });
  });

  it('twenty arrive beside all of it: times', async () => {
    const random = createRandom(seed);
    const good = goodKeys(0);
    const records = times.map(({ json }, nth) => json?.(`"odd-t${nth}"`, 1) ?? '');
    system.given.set('times', mix(good.map(goodJson), records, random));
    await expectGood('times', { good, odd: times, keyOf: (kind) => `odd-t${times.indexOf(kind)}` });
  });

  it('twenty arrive beside all of it: the rows of a table', async () => {
    const random = createRandom(seed);
    const good = goodKeys(0);
    const odd = rows.map(({ value, expect }): Kind => ({ name: `the row ${value.slice(0, 20)}`, expect }));
    const records = rows.map((_, nth) => `{"id":"odd-${nth}","row":"odd-${nth}"}`);
    const goods = good.map((key) => goodJson(key).replace('"note"', '"row":"good","note"'));
    system.given.set('table', mix(goods, records, random));
    await expectGood('table', { good, odd, keyOf: (kind) => `odd-${odd.indexOf(kind)}` });
  });
});

describe('of what a target answers', () => {
  it.each(answerPlaces)('twenty arrive beside all of it: %s', async (place) => {
    const random = createRandom(seed);
    const good = goodKeys(0);
    const odd = answers.map((answer, nth) => {
      // Within an answer about others, what is no JSON makes the whole of it none.
      const isAlone = place === 'create' || place === 'update';
      system.odd.set(`${place} odd-${nth}`, isAlone || isParsable(answer) ? answer : '{"ok":false}');
      return `{"id":"odd-${nth}","isOdd":true,"rev":1,"changed":"2026-01-01"}`;
    });
    system.given.set(`in-${place}`, mix(good.map(goodJson), odd, random));
    const kind: Kind = { name: 'an answer', expect: 'either' };
    await expectGood(place, { good, odd: odd.map(() => kind) });
    const created = [...(system.written.get(place) ?? [])];
    if (place !== 'find') expect(created.filter(([, times]) => times > maxTimes[place])).toEqual([]);
  });
});

/** An update can be sent again, and is within a call; a create never is. */
const maxTimes = { create: 1, bulk: 1, update: 6 };

function isParsable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Expected {
  readonly good: readonly string[];
  readonly odd: readonly Kind[];
  /** The key of a record of that kind, as far as it is sound. */
  readonly keyOf?: (kind: Kind) => string;
}

async function expectGood(place: string, { good, odd, keyOf = oddKey }: Expected): Promise<void> {
  const { plan } = plans.compile(place);
  const runId = await tests.read(plan);
  const run = await until(
    async () => {
      await tests.workOff();
      const now = await tests.load(runId);
      return now.counts.pending === 0 ? now : undefined;
    },
    { timeoutMs: 15_000, what: `the run of ${place}` },
  );
  const all = await listErrors(database.db, { flow: place, states: ['open'], limit: 10_000 });
  const errors = all.filter((error) => error.runId === runId);
  const told = `seed ${seed}, ${place}, ${odd.length === 1 ? odd[0]?.name : 'all of it'}`;
  expect(run.fault, told).toBeNull();
  expect(isBalanced(run.counts), told).toBe(true);
  expect(
    errors.filter(({ code }) => code === 'TL_DEFECT').map(({ key, message }) => [key, message]),
    told,
  ).toEqual([]);
  const arrived = system.written.get(place) ?? new Map();
  expect(
    good.filter((key) => !arrived.has(key) && !arrived.has(`n-${key}`)),
    told,
  ).toEqual([]);
  const { read, delivered, failed } = run.counts;
  expect([read, delivered + failed], told).toEqual([good.length + odd.length, good.length + odd.length]);
  const failing = new Set(errors.flatMap(({ key }) => key ?? []));
  const wrong = odd.filter((kind) => kind.expect === 'arrives' && failing.has(keyOf(kind)));
  expect(
    wrong.map(({ name }) => name),
    told,
  ).toEqual([]);
  const sure = (expected: Kind['expect']) => odd.filter(({ expect: each }) => each === expected).length;
  expect(
    failed,
    `${told}: ${errors.map(({ code, message }) => `${code} ${message}`).join('\n')}`,
  ).toBeGreaterThanOrEqual(sure('error'));
  expect(delivered, told).toBeGreaterThanOrEqual(good.length + sure('arrives'));
  expect(errors.length, told).toBe(failed);
}
