import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { hurryFlow } from '../../../src/engine/waiting/hurry-flow.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { serveThings } from '../../connectors/http/open-http.ts';
import type { Answer, SeenRequest } from '../../connectors/http/test-server.ts';
import { createPlan, type PlanChanges } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine({ databaseFor: 'test' });

const retry = { attempts: 3, delayMs: 1, factor: 1, maxDelayMs: 1, jitter: false };
const forbidden: Answer = { status: 403, json: { message: 'needs the role sales:write' } };

/** An ERP that forbids what `forbids` says, and the calls that it has got. */
async function openErp(forbids: (request: SeenRequest) => boolean) {
  const erp = { forbids, calls: [] as string[] };
  const answer = (request: SeenRequest): Answer => {
    const { method, path, query, body } = request;
    if (query.get('id') !== '0') erp.calls.push(`${method} ${path}`);
    if (erp.forbids(request)) return forbidden;
    return method === 'GET' ? { json: { items: [] } } : { json: body };
  };
  const { things } = await serveThings(
    {
      find: { path: '/things', query: { id: '{{key}}' }, records: 'items' },
      create: { path: '/things', id: 'id' },
      upsert: { path: '/things/{{key}}' },
    },
    answer,
    { limits: { concurrency: 4 } },
  );
  return Object.assign(erp, { things });
}

function flowTo(
  erp: Awaited<ReturnType<typeof openErp>>,
  flow: string,
  count: number,
  changes: PlanChanges = {},
) {
  const records = Array.from({ length: count }, (_, n) => ({ key: `${flow}-${n}`, id: `${flow}-${n}` }));
  const target = { ...createFakeTarget([]), resource: erp.things };
  const steps = { map: async (value: unknown) => ({ value: { id: (value as { id: string }).id } }) };
  const source = createFakeSource([pageOf(records)]);
  return createPlan(source, target, {
    flow,
    connection: 'erp',
    write: 'create',
    entity: flow,
    steps,
    ...changes,
  });
}

/** A minute has gone by. */
async function later(): Promise<void> {
  await sql`update held set due_at = now() where due_at is not null`.execute(database.db);
  await sql`update batches set due_at = now()`.execute(database.db);
  await sql`update circuits set probe_at = now()`.execute(database.db);
  await tests.workOff();
}

describe('a connection over which nothing may be written', () => {
  it('is asked a few times, pauses, and goes on by itself when it may', async () => {
    const erp = await openErp(({ method }) => method !== 'GET');
    const plan = flowTo(erp, 'orders', 80, { delivery: { batch: 20, lanes: 4 } });
    const run = await tests.run(plan);
    expect(run.counts).toMatchObject({ pending: 80, failed: 0 });
    expect(erp.calls.length).toBeLessThanOrEqual(10);
    const { rows } = await sql`select fault->>'code' as code from circuits`.execute(database.db);
    expect(rows).toEqual([{ code: 'TL_AUTH_FORBIDDEN' }]);
    for (let minute = 0; minute < 5; minute++) {
      erp.calls.length = 0;
      await later();
      expect(erp.calls.length).toBeLessThanOrEqual(3);
    }
    expect((await tests.load(run.id)).counts).toMatchObject({ pending: 80, failed: 0 });
    erp.forbids = () => false;
    await hurryFlow(tests.engine, plan.flow);
    await tests.workOff();
    expect(await tests.load(run.id)).toMatchObject({ status: 'succeeded', counts: { delivered: 80 } });
    expect(erp.calls.filter((call) => call.startsWith('GET'))).toEqual([]);
  });

  it('is so as well where not even a look-up is allowed', async () => {
    const erp = await openErp(() => true);
    const plan = flowTo(erp, 'customers', 60, { write: 'upsert', delivery: { batch: 20, lanes: 3 } });
    const { upsert: _upsert, ...composed } = erp.things;
    const target = { ...plan.target, resource: { ...composed, update: erp.things.create } };
    const run = await tests.run({ ...plan, target } as typeof plan);
    expect(run.counts).toMatchObject({ pending: 60, failed: 0 });
    expect(erp.calls.length).toBeLessThanOrEqual(10);
  });

  it('waits with a single record as well', async () => {
    const erp = await openErp(({ method }) => method !== 'GET');
    const run = await tests.run(flowTo(erp, 'single', 1));
    await later();
    expect((await tests.load(run.id)).counts).toMatchObject({ pending: 1, failed: 0 });
    expect(erp.calls).toHaveLength(2);
  });
});

describe('a record whose look-up has an answer that cannot be used', () => {
  const odd: readonly (readonly [string, Answer])[] = [
    ['is too large', { json: { items: [{ id: 'x'.repeat(5_000) }] } }],
    ['is forbidden', forbidden],
    ['cannot be parsed', { text: '{"items": [', headers: { 'content-type': 'application/json' } }],
    ['has no list', { json: { items: 'none' } }],
  ];

  it.each(odd)('stops nobody else where it %s, and is an error in the end', async (_, answer) => {
    const isOdd = (id: unknown) => ['odd-0', 'odd-1', 'odd-19'].includes(String(id));
    const { things } = await serveThings(
      {
        find: { path: '/things', query: { id: '{{key}}' }, records: 'items' },
        create: { path: '/things', id: 'id' },
      },
      ({ method, query, body }) =>
        method === 'GET' && isOdd(query.get('id'))
          ? answer
          : { json: method === 'GET' ? { items: [] } : body },
      { config: { maxResponse: '2KB' } },
    );
    const erp = { forbids: () => false, calls: [], things: { ...things, update: things.create } };
    const flow = flowTo(erp as never, 'odd', 20, {
      write: 'upsert',
      delivery: { batch: 20, lanes: 1 },
      retry,
    });
    const run = await tests.run(flow);
    for (let minute = 0; minute < retry.attempts; minute++) await later();
    expect(await tests.load(run.id)).toMatchObject({
      status: 'errors',
      counts: { delivered: 17, failed: 3 },
    });
  });
});

describe('a record that may not be written', () => {
  const isLocked = ({ body, method }: SeenRequest) =>
    method !== 'GET' && /-(0|1|2|3|4|30)$/.test((body as { id: string }).id);

  it('is an error, and stops none of the others, wherever it stands among them', async () => {
    const erp = await openErp(isLocked);
    const run = await tests.run(flowTo(erp, 'locked', 60, { delivery: { batch: 60, lanes: 1 } }));
    expect(run).toMatchObject({ status: 'errors', counts: { delivered: 54, failed: 6 } });
    const [error] = await listErrors(database.db, { flow: 'locked', states: ['open'], limit: 1 });
    expect(error).toMatchObject({
      code: 'TL_AUTH_FORBIDDEN',
      message: 'erp: POST /things answered 403: needs the role sales:write',
    });
  });

  it('is an error after its attempts where it is the only one, and others get through', async () => {
    const erp = await openErp(isLocked);
    expect(
      await tests.run(flowTo(erp, 'open', 20, { delivery: { batch: 20, lanes: 1 }, retry })),
    ).toBeDefined();
    const run = await tests.run(flowTo(erp, 'alone', 1, { retry }));
    expect(run.counts).toMatchObject({ pending: 1 });
    for (let minute = 1; minute < retry.attempts; minute++) await later();
    expect(await tests.load(run.id)).toMatchObject({ status: 'errors', counts: { failed: 1 } });
  });

  it('does not pause other flows over the connection, which get through', async () => {
    const erp = await openErp(({ method, path }) => method === 'POST' && path === '/things');
    const open = flowTo(erp, 'stock', 20, { write: 'upsert' });
    expect(await tests.run(open)).toMatchObject({ status: 'succeeded' });
    erp.calls.length = 0;
    const run = await tests.run(flowTo(erp, 'forbidden', 40, { delivery: { batch: 40, lanes: 1 } }));
    expect(run.counts).toMatchObject({ pending: 40 });
    expect(erp.calls.length).toBeLessThanOrEqual(6);
    expect((await sql`select 1 from circuits`.execute(database.db)).rows).toEqual([]);
    erp.calls.length = 0;
    await later();
    expect(erp.calls).toHaveLength(3);
    // However often: it is not these records that are meant.
    for (let minute = 0; minute < 6; minute++) await later();
    expect((await tests.load(run.id)).counts).toMatchObject({ pending: 40, failed: 0 });
    const more = flowTo(erp, 'stock-too', 20, { write: 'upsert' });
    expect(await tests.run(more)).toMatchObject({ status: 'succeeded' });
  });
});
