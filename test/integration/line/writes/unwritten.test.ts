import { expect, test } from 'vitest';
import type { Write } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import { listXrefs } from '../../../../src/store/line/list-xrefs.ts';
import { never, serveThings } from '../../../connectors/http/open-http.ts';
import type { Answer, SeenRequest } from '../../../connectors/http/test-server.ts';
import { createPlan } from '../../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../../support/fake-system.ts';
import { leaveReserved } from '../../../support/known-xrefs.ts';
import { until } from '../../../support/until.ts';
import { useEngine } from '../../../support/use-engine.ts';

const { database, tests } = useEngine({ limits: { probeMs: 10, pauseMs: 20 } });

const findable = {
  id: 'no',
  find: { path: '/things', query: { id: '{{key}}' }, records: 'items' },
  create: { path: '/things', id: 'no' },
};

/** A system of things that can be looked up; `turn` answers a create instead of carrying it out. */
async function openErp(turn: (nth: number) => Answer | undefined, declaration: object = findable) {
  const made: string[] = [];
  let posts = 0;
  const erp = { made, finds: 0 };
  const answer = ({ method, query, body }: SeenRequest): Answer => {
    if (method === 'GET') {
      if (query.get('id') !== '0') erp.finds += 1;
      const nth = made.indexOf(query.get('id') ?? '');
      return { json: { items: nth < 0 ? [] : [{ id: made[nth], no: `T${nth}` }] } };
    }
    const turned = turn(posts++);
    if (turned && turned !== 'cut') return turned;
    const { id } = body as { readonly id: string };
    made.push(id);
    return turned ?? { status: 201, json: { id, no: `T${made.length - 1}` } };
  };
  const { things } = await serveThings({ ...declaration }, answer, { limits: { concurrency: 2 } });
  return Object.assign(erp, { things });
}

type Erp = Awaited<ReturnType<typeof openErp>>;

/** One batch of so many creates, tried until it is through. */
async function create(erp: Pick<Erp, 'made' | 'things'>, flow: string, count = 40) {
  const records = Array.from({ length: count }, (_, n) => ({ key: `${flow}-${n}`, id: `${flow}-${n}` }));
  const plan = createPlan(
    createFakeSource([pageOf(records)]),
    { ...createFakeTarget([]), resource: erp.things },
    {
      flow,
      write: 'create',
      delivery: { lanes: 1 },
      steps: { map: async (value) => ({ value: { id: (value as { id: string }).id } }) },
    },
  );
  const run = await tests.run(plan);
  const ended = await until(async () => {
    await tests.workOff();
    const now = await tests.load(run.id);
    return now.status !== 'running' && now;
  });
  expect(ended).toMatchObject({ status: 'succeeded', counts: { delivered: count } });
  expect([erp.made.length, new Set(erp.made).size]).toEqual([count, count]);
}

const busy: Answer = { status: 429, headers: { 'retry-after': '0' }, json: {} };

test.each<[string, Answer]>([
  ['busy', busy],
  ['unauthorised', { status: 401, json: {} }],
])(
  'one answer in the middle of a batch that turns a create away (%s) costs no look-up',
  async (name, turned) => {
    const erp = await openErp((nth) => (nth === 10 ? turned : undefined));
    await create(erp, name);
    expect(erp.finds).toBe(0);
  },
);

test('a batch of which nothing was sent costs no look-up', async () => {
  const erp = await openErp(() => undefined);
  let calls = 0;
  const refusing: Write = async (items, signal) => {
    if (calls++ < 2) throw new Fault('TL_SYSTEM_UNREACHABLE', 'connection refused');
    return (await erp.things.create?.(items, signal)) ?? [];
  };
  await create({ ...erp, things: { ...erp.things, create: refusing } }, 'refused');
  expect(calls).toBe(3);
  expect(erp.finds).toBe(0);
});

test('a create that is turned away is still looked for where an earlier attempt at it is open', async () => {
  const erp = await openErp(() => undefined);
  const since = new Date('2026-01-01T00:00:00.000Z');
  const scope = { entity: 'thing', source: 'shop', target: 'erp of open' };
  await leaveReserved(database.db, scope, { key: 'open-0', runId: 1, since });
  const seen: unknown[] = [];
  const turning: Write = async (items, signal) => {
    seen.push(...(await listXrefs(database.db, { key: 'open-0' }, 1)));
    if (seen.length > 1) return (await erp.things.create?.(items, signal)) ?? [];
    const fault = new Fault('TL_SYSTEM_THROTTLED', 'slow down', { retryAfterMs: 0 });
    return items.map(() => ({ ok: false, fault, isUnwritten: true }));
  };
  await create({ ...erp, things: { ...erp.things, create: turning } }, 'open', 1);
  expect(seen).toMatchObject([
    { id: null, since },
    { id: null, since },
  ]);
});

test('a create that may have been carried out before it was turned away keeps its idempotency key', async () => {
  const keys: string[] = [];
  const { things } = await serveThings(
    { create: { path: '/things', id: 'no', headers: { 'Idempotency-Key': '{{idempotencyKey}}' } } },
    ({ headers }) => {
      const nth = keys.push(String(headers['idempotency-key']));
      return nth === 1 ? { status: 500, json: {} } : nth < 4 ? busy : { json: { no: 'T1' } };
    },
  );
  const [first] = (await things.create?.([{ key: 'A', payload: {}, idempotencyKey: 'one' }], never)) ?? [];
  expect(first).toMatchObject({ ok: false, fault: { code: 'TL_SYSTEM_THROTTLED' } });
  expect(first).not.toHaveProperty('isUnwritten');
  const again = { ...createFakeTarget([]), resource: things };
  keys.length = 0;
  const plan = createPlan(createFakeSource([pageOf([{ key: 'A' }])]), again, {
    flow: 'doubtful',
    write: 'create',
  });
  const { id } = await tests.run(plan);
  await until(async () => {
    await tests.workOff();
    return (await tests.load(id)).status === 'succeeded';
  });
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(1);
});

test('what was turned away leaves no reservation behind', async () => {
  const kept = await listXrefs(database.db, {}, 1_000);
  expect(kept.filter(({ id }) => id === null)).toEqual([]);
});
