import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenConnection, Resource } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { createWorld } from '../../../src/simulator/world.ts';
import { createClock, type Erp, filtered, startErp } from './erp.ts';
import {
  entityCheck,
  item,
  loadConnector,
  money,
  openConnection,
  readAll,
  resourceOf,
  signal,
} from './open-connection.ts';

const connector = loadConnector();
const clock = createClock('2026-11-20T08:00:00Z');
const world = createWorld(1);

let erp: Erp;
let connection: OpenConnection;

beforeAll(async () => {
  erp = await startErp({ items: 600 }, clock);
  connection = openConnection(connector, erp.simulator.config, clock);
});

afterAll(async () => {
  await connection.close();
  await erp.close();
});

function resource(name: string): Required<Resource> {
  return resourceOf(connection, name);
}

async function toPayload(name: string, entity: unknown): Promise<unknown> {
  return resource(name).entity.to?.(entity);
}

describe('customers', () => {
  const customer = {
    number: 'C20001',
    type: 'company',
    company: 'Elm Trading',
    email: 'office@example.com',
    phone: '+49 30 555 0000',
    addresses: [
      { use: 'shipping', line1: 'Hafen 2', city: 'Hamburg', country: 'DE' },
      { use: 'billing', line1: 'Ringstrasse 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
    ],
    currency: 'EUR',
    active: true,
  };

  it('are created, found and changed, and come back as they went', async () => {
    const customers = resource('customers');
    const payload = await toPayload('customers', customer);
    expect(compileSchema(customers.schema)(payload)).toEqual([]);
    expect(payload).not.toHaveProperty('blocked');
    const [created] = await customers.create([item('C20001', payload)], signal);
    expect(created).toMatchObject({ ok: true });
    const blocked = await toPayload('customers', { ...customer, active: false });
    const [updated] = await customers.update([item('C20001', blocked, created?.ok ? created : {})], signal);
    expect(updated).toMatchObject({ ok: true });
    const [found] = await customers.find(['c20001'], signal);
    const back = await customers.entity.from?.(found?.record);
    expect(entityCheck('customer')(back)).toEqual([]);
    expect(back).toMatchObject({
      number: 'C20001',
      company: 'Elm Trading',
      email: 'office@example.com',
      addresses: [{ line1: 'Ringstrasse 1', city: 'Berlin', country: 'DE' }],
      active: false,
    });
  });

  it('are a duplicate where the number is taken, and refused with a country the ERP does not know', async () => {
    const create = async (changes: JsonObject) =>
      resource('customers').create(
        [item('C1', await toPayload('customers', { ...customer, ...changes }))],
        signal,
      );
    expect(await create({ number: 'c10001' })).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_DUPLICATE' } },
    ]);
    const nowhere = { number: 'C20002', addresses: [{ country: 'XX' }] };
    expect(await create(nowhere)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_REJECTED', answer: { code: 'Internal_InvalidTableRelation' } } },
    ]);
  });
});

describe('items, prices and stock', () => {
  it('are read over several pages and are valid entities', async () => {
    for (const name of ['price', 'stock'] as const) {
      const set = name === 'price' ? 'prices' : 'stock';
      const { records, pages } = await readAll(resource(set));
      expect(records).toHaveLength(600);
      expect(pages).toBe(name === 'price' ? 2 : 1);
      const entities = await Promise.all(records.map((record) => resource(set).entity.from?.(record)));
      const check = entityCheck(name);
      expect(entities.flatMap((entity) => check(entity))).toEqual([]);
      const { sku, price, stock } = world.product(7);
      const expected =
        name === 'price' ? { sku, price: money(price) } : { sku, quantityAvailable: String(stock) };
      expect(entities[7]).toMatchObject(expected);
    }
  });

  it('that changed are all that a price read sees from its cursor on', async () => {
    const { cursor } = await readAll(resource('prices'));
    clock.forward(1000);
    const path = filtered('items', "number eq 'TL-10009'");
    const [target] = (await erp.call('GET', path)).body.value;
    await erp.call('PATCH', `/items(${target.id})`, { unitPrice: 1.23 }, { 'if-match': '*' });
    const after = new Date(Date.parse(String(cursor)) + 1).toISOString();
    const { records } = await readAll(resource('prices'), { cursor: after });
    const [price] = await Promise.all(records.map((record) => resource('prices').entity.from?.(record)));
    expect(records).toHaveLength(1);
    expect(price).toMatchObject({ sku: 'TL-10009', price: money('1.23') });
  });
});

describe('the connection', () => {
  it.each([
    ['a wrong secret', { clientSecret: 'wrong' }, 'TL_AUTH_REFUSED'],
    ['another company', { company: '00000000-0000-4000-8000-000000000000' }, 'TL_CONNECTION_CONFIG'],
  ])('with %s is a fault of its configuration', async (_, changes, code) => {
    const wrong = openConnection(connector, { ...erp.simulator.config, ...changes }, clock);
    const thrown = await resourceOf(wrong, 'salesOrders')
      .find(['SO-1'], signal)
      .catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(Fault);
    expect(thrown).toMatchObject({ code, kind: 'config' });
    await wrong.close();
  });

  it('proves itself, also with user and key as on premises', async () => {
    await connection.check?.(signal);
    const { clientId, clientSecret, baseUrl, company } = erp.simulator.config;
    const onPremises = openConnection(
      connector,
      { baseUrl, company, username: clientId, password: clientSecret },
      clock,
    );
    expect(await resourceOf(onPremises, 'items').find([world.product(0).sku], signal)).toHaveLength(1);
    await onPremises.close();
  });

  it('describes the configuration that its simulator gives, and what is half of one', () => {
    const check = compileSchema(connector.config);
    const { clientSecret: _, ...half } = erp.simulator.config;
    expect(check(erp.simulator.config)).toEqual([]);
    expect(check(half).length).toBeGreaterThan(0);
  });
});
