import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Resource } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import { workLane } from '../../../../src/engine/lanes/work-lane.ts';
import { findIdleLanes } from '../../../../src/store/line/lanes.ts';
import type { Plan } from '../../../../src/workspace/compile/plan.ts';
import { never, serveThings } from '../../../connectors/http/open-http.ts';
import type { Answer, SeenRequest } from '../../../connectors/http/test-server.ts';
import { createPlan, createTestEngine, type PlanChanges } from '../../../support/engine.ts';
import { createFakeSource, createFakeTarget, type FakeRecord, pageOf } from '../../../support/fake-system.ts';
import { startReplay } from '../../../support/start-replay.ts';
import { until } from '../../../support/until.ts';
import { useEngine } from '../../../support/use-engine.ts';

const { database, tests } = useEngine();

const keyed = { path: '/things', headers: { 'Idempotency-Key': '{{idempotencyKey}}' } };

interface Shop {
  readonly things: Resource;
  /** The payloads of what it has done, in order. */
  readonly effects: unknown[];
  /** What it was sent, whether it did something or knew it already. */
  readonly keys: string[];
  /** Asked after the effect of each request: what becomes of the reply; `undefined`: it arrives. */
  reply: (nth: number) => Answer | undefined;
  /** Asked before: what it refuses. */
  refuses: boolean;
}

/** A system that cannot be asked for a record, but gives the same answer again to a key that it knows. */
async function openShop(declaration = { create: keyed } as object): Promise<Shop> {
  const known = new Map<string, Answer>();
  const answer = ({ headers, body }: SeenRequest): Answer => {
    const key = String(headers['idempotency-key']);
    const nth = shop.keys.push(key) - 1;
    if (!known.has(key)) {
      if (!shop.refuses) shop.effects.push(body);
      known.set(
        key,
        shop.refuses ? { status: 422, json: {} } : { json: { id: `id-${shop.effects.length}` } },
      );
    }
    return shop.reply(nth) ?? known.get(key)!;
  };
  const { things } = await serveThings({ ...declaration }, answer);
  const shop: Shop = { things, effects: [], keys: [], reply: () => undefined, refuses: false };
  return shop;
}

function planTo(shop: Shop, records: readonly FakeRecord[], changes: PlanChanges = {}) {
  const source = createFakeSource([pageOf(records)]);
  const target = { ...createFakeTarget([]), resource: shop.things };
  return { source, plan: createPlan(source, target, { write: 'create', ...changes }) };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('a create whose reply is lost again and again is made once', async () => {
  const shop = await openShop();
  // Each attempt is three requests: two attempts fail, the third gets its answer.
  shop.reply = (nth) => (nth < 6 ? 'cut' : undefined);
  const { plan } = planTo(shop, [{ key: 'Müller 订单 1', version: '1' }], { flow: 'lost-replies' });
  const run = await tests.run(plan);
  expect(run).toMatchObject({ status: 'succeeded', counts: { read: 1, delivered: 1 } });
  expect(shop.effects).toHaveLength(1);
  expect(shop.keys).toHaveLength(7);
  expect(new Set(shop.keys).size).toBe(1);
  expect(shop.keys[0]).toMatch(uuid);
});

test('a create that was under way when its process died is made once', async () => {
  const shop = await openShop();
  shop.reply = (nth) => (nth === 0 ? 'hang' : undefined);
  const { plan } = planTo(shop, [{ key: 'A', version: '1' }], { flow: 'killed' });
  const id = await tests.read(plan);
  const [lane] = (await findIdleLanes(database.db)).filter(({ flow }) => flow === 'killed');
  const brief = { ...tests.engine, limits: { ...tests.engine.limits, leaseMs: 900 } };
  const dying = workLane(brief, lane!, never);
  await until(() => shop.effects.length === 1, { what: 'the effect' });
  // From here on it is as if it were gone: it has lost the lane, and another process takes it.
  await sql`update lanes set owner = null where flow = 'killed'`.execute(database.db);
  const next = createTestEngine(database.db);
  next.add(plan);
  await workLane({ ...next.engine, owner: 'the next one' }, lane!, never);
  expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { read: 1, delivered: 1 } });
  expect(shop.effects).toHaveLength(1);
  expect(shop.keys).toHaveLength(2);
  expect(new Set(shop.keys).size).toBe(1);
  await dying;
});

test('a create that nobody knows the end of is the same one when its error is replayed', async () => {
  const shop = await openShop();
  shop.reply = () => 'cut';
  const { plan } = planTo(shop, [{ key: 'A', version: '1' }], { flow: 'given-up' });
  expect(await tests.run(plan)).toMatchObject({ status: 'errors', counts: { failed: 1 } });
  shop.reply = () => undefined;
  expect(await replay(plan)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
  expect(shop.effects).toHaveLength(1);
  expect(new Set(shop.keys).size).toBe(1);
});

test('a create that was refused is another one when its error is replayed', async () => {
  const shop = await openShop();
  shop.refuses = true;
  const { plan } = planTo(shop, [{ key: 'A', version: '1' }], { flow: 'refused' });
  expect(await tests.run(plan)).toMatchObject({ counts: { failed: 1 } });
  // The system would answer the first key with its refusal for ever.
  shop.refuses = false;
  expect(await replay(plan)).toMatchObject({ status: 'succeeded', counts: { delivered: 1 } });
  expect(shop.effects).toHaveLength(1);
  expect(new Set(shop.keys).size).toBe(2);
});

test('a record that goes back to what it was is written once more, even within one batch', async () => {
  const shop = await openShop({ upsert: { ...keyed, method: 'PUT' } });
  const [red, blue] = [
    { key: 'A', colour: 'red' },
    { key: 'A', colour: 'blue' },
  ];
  const { plan, source } = planTo(shop, [red, blue, red], { flow: 'there-and-back', write: 'upsert' });
  await tests.run(plan);
  source.pages = [pageOf([blue])];
  await tests.run(plan);
  source.pages = [pageOf([red])];
  await tests.run(plan);
  expect(shop.effects).toEqual([red, blue, red, blue, red]);
});

test('an update has one key for all attempts at it, also while it is held', async () => {
  const { plan, target, sent } = updates('attempts');
  let tries = 0;
  target.refuse = () =>
    tries++ < 2 ? { fault: new Fault('TL_SYSTEM_UNAVAILABLE', 'answered 503') } : undefined;
  await tests.run(plan);
  expect(sent).toHaveLength(3);
  expect(new Set(sent).size).toBe(1);
});

test('a batch that its process left in the middle has the same keys when it is worked again', async () => {
  const { plan, target, sent } = updates('left');
  await tests.read(plan);
  target.down = new Fault('TL_STORE_UNAVAILABLE', 'gone', { retryAfterMs: 0 });
  const [lane] = (await findIdleLanes(database.db)).filter(({ flow }) => flow === 'left');
  await workLane(tests.engine, lane!, never);
  target.down = undefined;
  await sql`update batches set due_at = now() where flow = 'left'`.execute(database.db);
  await tests.workOff();
  expect(sent).toHaveLength(2);
  expect(new Set(sent).size).toBe(1);
});

/** A flow of one record that is updated, and the idempotency keys that its target is sent. */
function updates(flow: string) {
  const target = createFakeTarget(['update']);
  const sent: string[] = [];
  const { update } = target.resource;
  Object.assign(target.resource, {
    update: async (...[items, signal]: Parameters<NonNullable<typeof update>>) => {
      sent.push(...items.map(({ idempotencyKey }) => idempotencyKey));
      return (await update?.(items, signal)) ?? [];
    },
  });
  const source = createFakeSource([pageOf([{ key: 'A', version: '1', n: 1 }])]);
  return { target, sent, plan: createPlan(source, target, { flow, write: 'update' }) };
}

async function replay(plan: Plan) {
  const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
  const id = await startReplay(tests.engine, flow, { filter: { flow: plan.flow }, by: 'anna' });
  await tests.workOff();
  return await tests.load(id ?? 0);
}
