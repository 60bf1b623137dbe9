import { describe, expect, it } from 'vitest';
import type { EntityMapping, OpenConnection, Resource } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import { compileFlow } from '../../../../src/workspace/compile/compile-flow.ts';
import type { Plan, ValidationResult } from '../../../../src/workspace/compile/plan.ts';
import { connectionsText, flowText, makeWorkspace, shopManifest, type Texts } from '../make-workspace.ts';

const noXref = { xref: async () => undefined };

function resource(name: string, more: Partial<Resource> = {}): Resource {
  return { name, keyOf: (record) => (record as { id?: string }).id, ...more };
}

const order: EntityMapping = {
  name: 'order',
  from: async (record) => ({ number: (record as { id: string }).id }),
  to: async (entity) => ({ no: (entity as { number: string }).number }),
};

/** Both connections, with resources that do nothing. */
function open(): OpenConnection {
  const write = async () => [];
  const resources = {
    orders: resource('orders', { read: async function* () {}, entity: order }),
    items: resource('items', { read: async function* () {}, create: write }),
    sales: resource('sales', {
      find: async () => [],
      create: write,
      update: write,
      delete: write,
      entity: order,
      schema: { type: 'object', properties: { no: { type: 'string', maxLength: 5 } } },
    }),
  };
  return { resources, close: async () => {} };
}

function compile(flow: string, texts: Texts = {}, env = { SHOP_TOKEN: 'x' }): Plan {
  const workspace = makeWorkspace({ 'flows/orders.yaml': flow, ...texts }, { env });
  return compileFlow(workspace, 'orders-to-erp', { open });
}

const faultOf = async (attempt: () => unknown): Promise<Fault> => {
  try {
    await attempt();
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
};

const faultIn = (validated: ValidationResult | undefined): { readonly fault: Fault } => {
  if (validated && 'fault' in validated) return validated;
  throw new Error(`no fault: ${JSON.stringify(validated)}`);
};

describe('a plan', () => {
  it('knows what the flow requires', () => {
    const asking = `${flowText}set: { total: '$xref("order", number)' }\n`;
    expect(compile(`${asking}requires: { xref: [order] }\n`).requires).toEqual({ xref: ['order'] });
    expect(compile(asking).requires).toEqual({ xref: [] });
  });

  it('has a default for everything the smallest flow leaves out', () => {
    const plan = compile(flowText);
    expect(plan).toMatchObject({
      flow: 'orders-to-erp',
      summary: undefined,
      schedule: undefined,
      source: { connection: 'shop', entity: 'order', where: {}, lookbackMs: 120_000 },
      target: { connection: 'erp', entity: 'order', write: 'upsert', allowDuplicates: false },
      delivery: { mode: 'every', batch: 100, concurrency: 4, lanes: 8 },
      retry: { attempts: 8, delayMs: 2000, factor: 2, maxDelayMs: 600_000, jitter: true },
    });
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('says what the flow says', () => {
    const text = flowText.replace(', as: order }', ', as: order, where: { Status: Open }, lookback: 0s }');
    const plan = compile(`${text}summary: Orders
trigger: { schedule: { cron: "*/5 * * * *", timezone: Europe/Berlin, overlap: queue, catchup: 30m } }
delivery: { mode: latest, batch: "\${BATCH:-7}", concurrency: 1, lanes: 2 }
retry: { attempts: 3, delay: 500ms, factor: 1.5, maxDelay: 1m, jitter: false }
`);
    expect(plan).toMatchObject({
      summary: 'Orders',
      schedule: { cron: '*/5 * * * *', timezone: 'Europe/Berlin', overlap: 'queue', catchupMs: 1_800_000 },
      source: { where: { Status: 'Open' }, lookbackMs: 0 },
      delivery: { mode: 'latest', batch: 7, concurrency: 1, lanes: 2 },
      retry: { attempts: 3, delayMs: 500, factor: 1.5, maxDelayMs: 60_000, jitter: false },
    });
  });

  it('reads a schedule in UTC, skips overlaps and catches up an hour if nothing else is said', () => {
    const plan = compile(`${flowText}trigger: { schedule: { cron: "0 5 * * *" } }\n`);
    expect(plan.schedule).toEqual({
      cron: '0 5 * * *',
      timezone: 'UTC',
      overlap: 'skip',
      catchupMs: 3_600_000,
    });
  });

  it('has the guards of the flow, with shares as decimal texts', () => {
    const plan = compile(
      `${flowText}guards: { maxErrorRate: 2.50%, maxDeletes: 0, maxChange: { of: total, by: 30% } }\n`,
    );
    expect(plan.guards).toEqual({
      maxErrorRatePercent: '2.50',
      maxDeletes: 0,
      maxChange: { byPercent: '30', records: 0 },
    });
    expect(compile(flowText)).toMatchObject({ guards: undefined });
    expect(compile(flowText).steps.measure).toBeUndefined();
  });

  it.each([
    ['a number', 'total', 12.5, '12.5'],
    ['a decimal text as it is written', 'total', '0012.50', '12.50'],
    ['nothing', 'total', undefined, undefined],
    ['null', 'total', null, undefined],
    ['a record that is skipped', '$skip("no price")', '1', undefined],
    ['what functions calculate', '$times(total, 3)', '0.1', '0.3'],
  ])('watches the number that guards.maxChange names: %s', async (_what, of, total, expected) => {
    const { steps } = compile(`${flowText}guards: { maxChange: { of: '${of}', by: 30% } }\n`);
    expect(await steps.measure?.({ total })).toBe(expected);
  });

  it('refuses a record whose watched number is none, and says where', async () => {
    const { steps } = compile(`${flowText}guards: { maxChange: { of: total, by: 30% } }\n`);
    for (const total of ['12,50', [1, 2], true]) {
      const fault = await faultOf(() => steps.measure?.({ total }));
      expect(fault).toMatchObject({ code: 'TL_MAP_FAILED', at: 'flows/orders.yaml:4:28' });
      expect(fault.message).toMatch(/^`guards.maxChange.of` must give a number or a decimal text, got /);
    }
  });

  it('is frozen all through', () => {
    const plan = compile(
      `${flowText}trigger: { schedule: { cron: "0 5 * * *" } }\nguards: { maxChange: { of: total, by: 1% } }\n`,
    );
    for (const part of [
      plan,
      plan.schedule,
      plan.source,
      plan.source.where,
      plan.target,
      plan.steps,
      plan.delivery,
      plan.retry,
      plan.guards,
      plan.guards?.maxChange,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('opens a connection once where both ends use it', () => {
    const opened: string[] = [];
    const flow = flowText.replace('connection: erp', 'connection: shop');
    compileFlow(makeWorkspace({ 'flows/orders.yaml': flow }), 'orders-to-erp', {
      open: (name) => {
        opened.push(name);
        return open();
      },
    });
    expect(opened).toEqual(['shop']);
  });

  it('is compiled although another connection or flow is wrong', () => {
    const texts = {
      'config/connections.yaml': `${connectionsText}  old: { connector: nothing }\n`,
      'flows/other.yaml': 'flow: [\n',
    };
    expect(compile(flowText, texts).flow).toBe('orders-to-erp');
  });
});

it('creates where nothing can be looked up if a create may be repeated', () => {
  const text = flowText.replace(
    'resource: sales, as: order, write: upsert',
    'resource: items, write: create',
  );
  const manifest = shopManifest.replace('path: /items, id: id', 'path: /items, idempotent: true');
  const workspace = makeWorkspace({ 'flows/orders.yaml': text, 'connectors/shop/connector.yaml': manifest });
  const items = resource('items', { create: async () => [] });
  const withItems = (item: Resource) => ({
    open: (): OpenConnection => ({ ...open(), resources: { ...open().resources, items: item } }),
  });
  const plan = compileFlow(workspace, 'orders-to-erp', withItems({ ...items, isCreateRepeatable: true }));
  expect(plan.target).toMatchObject({ write: 'create', allowDuplicates: false });
  expect(() => compileFlow(workspace, 'orders-to-erp', withItems(items))).toThrow('one may duplicate');
});

describe('what cannot be compiled', () => {
  it('is a flow that is not there', async () => {
    const fault = await faultOf(() => compileFlow(makeWorkspace(), 'nothing', { open }));
    expect(fault).toMatchObject({ code: 'TL_WORKSPACE_INVALID', message: 'there is no flow "nothing"' });
  });

  it('is a flow with a mistake, named with its place', async () => {
    const fault = await faultOf(() => compile(`${flowText}filter: $nope(1)\n`));
    expect(fault).toMatchObject({ code: 'TL_WORKSPACE_INVALID', at: 'flows/orders.yaml:4:9' });
    expect(fault.message).toContain('there is no function $nope');
  });

  it.each([
    ['no such resource', {}, 'flows/orders.yaml:2:39'],
    [
      'a source that cannot be read',
      { orders: resource('orders', { entity: order }) },
      'flows/orders.yaml:2:39',
    ],
    [
      'a target that cannot be written',
      { sales: resource('sales', { create: async () => [] }) },
      'flows/orders.yaml:3:63',
    ],
    [
      'an entity that is not mapped',
      { sales: resource('sales', { upsert: async () => [] }) },
      'flows/orders.yaml:3:49',
    ],
  ])('is a plan whose open connection has %s', async (what, other, at) => {
    const { resources } = open();
    const opened = {
      close: async () => {},
      resources: what === 'no such resource' ? {} : { ...resources, ...other },
    };
    const fault = await faultOf(() => compileFlow(makeWorkspace(), 'orders-to-erp', { open: () => opened }));
    expect(fault).toMatchObject({ code: 'TL_WORKSPACE_INVALID', at });
  });
});

describe('the steps', () => {
  it('map native records to the entity and back', async () => {
    const { steps } = compile(flowText);
    expect(await steps.toRecord({ id: 'A1' })).toEqual({ number: 'A1' });
    expect(await steps.map({ number: 'A1' }, noXref)).toEqual({ value: { number: 'A1' } });
    expect(await steps.toPayload({ number: 'A1' })).toEqual({ no: 'A1' });
    expect(steps.filter).toBeUndefined();
  });

  it('leave native records alone without `as`', async () => {
    const flow = flowText.replaceAll(', as: order', '').replace('write: upsert', 'write: create');
    const { steps } = compile(flow);
    const record = { id: 'A1' };
    expect(await steps.toRecord(record)).toBe(record);
    expect(await steps.toPayload(record)).toBe(record);
    expect(steps.validateEntity).toBeUndefined();
  });

  it.each([
    ['the resource says', '', 'A1'],
    ['the flow says', 'key: number & "x"\n', 'Nx'],
    ['a number', 'key: 7\n'.replace('7', '"7"'), '7'],
    ['nothing', 'key: nowhere\n', undefined],
  ])('take the key that %s', async (_what, line, expected) => {
    const { steps } = compile(flowText + line);
    expect(await steps.keyOf({ id: 'A1' }, async () => ({ number: 'N' }))).toBe(expected);
  });

  it('refuse a key that is no text', async () => {
    const { steps } = compile(`${flowText}key: "[1, 2]"\n`);
    const fault = await faultOf(() => steps.keyOf({}, async () => ({})));
    expect(fault).toMatchObject({
      code: 'TL_KEY_INVALID',
      message: '`key` must give a text or a number, got a list (flows/orders.yaml:4:7)',
      at: 'flows/orders.yaml:4:7',
    });
  });

  it.each([
    ['total > 5', { total: 6 }, true],
    ['total > 5', { total: 5 }, false],
    ['total > 5', {}, false],
    ['open', { open: null }, false],
    ['$skip("no")', {}, false],
    ["shop = '${SHOP_TOKEN}'", { shop: 'x' }, true],
  ])('filter by %j', async (filter, record, expected) => {
    expect(
      await compile(`${flowText}filter: "${filter.replaceAll('"', '\\"')}"\n`).steps.filter?.(record),
    ).toBe(expected);
  });

  it('refuse a filter that is neither true nor false, or fails', async () => {
    const { steps } = compile(`${flowText}filter: status\n`);
    expect(await faultOf(() => steps.filter?.({ status: 'x' }))).toMatchObject({
      code: 'TL_FILTER_FAILED',
      message: '`filter` must give true or false, got text (flows/orders.yaml:4:9)',
      at: 'flows/orders.yaml:4:9',
    });
    const failing = compile(`${flowText}filter: $number(total) > 0\n`).steps;
    const fault = await faultOf(() => failing.filter?.({ total: 'secret' }));
    expect(fault).toMatchObject({ code: 'TL_FILTER_FAILED', at: 'flows/orders.yaml:4:9' });
    expect(fault.message).not.toContain('secret');
  });

  it('lay `set` over the record', async () => {
    const { steps } = compile(`${flowText}set:\n  total: number & "!"\n`);
    expect(await steps.map({ number: 'A' }, noXref)).toEqual({
      value: { number: 'A', total: 'A!' },
      silent: [],
    });
  });

  it('replace the record by `map`, with tables and cross-references', async () => {
    const flow = `${flowText}map:\n  number: $lookup("codes", number)\n  total: $xref("order", number)\n`;
    const { steps } = compile(flow, { 'config/tables/codes.csv': 'code,name\nA,Alpha\n' });
    const xref = async (entity: string, id: string) => `${entity}/${id}`;
    expect(await steps.map({ number: 'A' }, { xref })).toEqual({
      value: { number: 'Alpha', total: 'order/A' },
      silent: [],
    });
  });

  const used = `${flowText}map: { number: number, total: '$lookup("codes", number)' }\n`;
  it.each([
    ['whose rows stand where its keys should', { 'config/tables/codes.yaml': 'A: Alpha\n' }],
    ['with a key that stands twice', { 'config/tables/codes.csv': 'code,name\nA,Alpha\nA,Beta\n' }],
    ['with ragged rows', { 'config/tables/codes.csv': 'code,name\nA,Alpha,x\n' }],
    ['that is no YAML', { 'config/tables/codes.yaml': 'values: {\n' }],
  ])('are not made with a table %s, which other flows do not mind', async (_what, texts: Texts) => {
    const fault = await faultOf(() => compile(used, texts));
    expect(fault).toMatchObject({ code: 'TL_WORKSPACE_INVALID' });
    expect(fault.message).toContain('config/tables/codes');
    expect(compile(flowText, texts).flow).toBe('orders-to-erp');
  });

  it('are not made with an entity schema or settings that cannot be used', async () => {
    for (const [path, text] of Object.entries({
      'schemas/order.schema.json': '{ "type": "objekt" }',
      'config/tradelane.yaml': 'maxRecrod: 5MB\n',
    })) {
      expect((await faultOf(() => compile(flowText, { [path]: text }))).message).toContain(path);
    }
  });

  it('replace the record by what a file says, and name that file when it fails', async () => {
    const texts = { 'flows/o.jsonata': '{\n  "number": $uppercase(number),\n  "total": $number(total)\n}\n' };
    const { steps } = compile(`${flowText}map: o.jsonata\n`, texts);
    expect(await steps.map({ number: 'a', total: '1' }, noXref)).toEqual({
      value: { number: 'A', total: 1 },
      silent: [],
    });
    expect(await steps.map({ total: '1' }, noXref)).toEqual({ value: { total: 1 }, silent: ['map.number'] });
    const fault = await faultOf(() => steps.map({ number: 'a', total: 'x' }, noXref));
    expect(fault).toMatchObject({ code: 'TL_MAP_FAILED', at: 'flows/o.jsonata:3:12' });
  });

  it('give the reason of `$skip`, and the code of `$fail`', async () => {
    expect(await compile(`${flowText}map: { number: '$skip("not ours")' }\n`).steps.map({}, noXref)).toEqual({
      skipped: 'not ours',
    });
    const { steps } = compile(`${flowText}map: { number: '$fail("NO_TAX", "no tax code")' }\n`);
    expect(await faultOf(() => steps.map({}, noXref))).toMatchObject({ code: 'NO_TAX', kind: 'rejected' });
  });

  it('check the entity and the payload, every problem in one fault, with what did not fit and nothing else', async () => {
    const { steps } = compile(flowText);
    expect(steps.validateEntity?.({ number: 'A' })).toEqual({ value: { number: 'A' }, unfit: [] });
    const { fault } = faultIn(steps.validateEntity?.({ number: 12345678, extra: 'secret' }));
    expect(fault.code).toBe('TL_VALIDATE_ENTITY');
    expect(fault.message).toMatch(/^order \(schemas\/order\.schema\.json\): .*number.*extra|extra.*number/);
    expect(fault.message).toContain('got a number: 12345678');
    expect(fault.message).not.toContain('secret');
    expect(faultIn(steps.validatePayload?.({ no: 'too long' })).fault.code).toBe('TL_VALIDATE_PAYLOAD');
  });

  it.each([
    ['target.as', flowText, true],
    ['source.as while nothing changes the record', flowText.replace('sales, as: order', 'sales'), true],
    [
      'nothing once `map` makes a native payload',
      `${flowText.replace('sales, as: order', 'sales')}map: { no: number }\n`,
      false,
    ],
    ['nothing when records are deleted', flowText.replace('write: upsert', 'write: delete'), false],
  ])('check records against %s', (_what, flow, isChecked) => {
    expect(compile(flow).steps.validateEntity !== undefined).toBe(isChecked);
  });
});

it('delivers only the latest of stock and price', () => {
  const stock: EntityMapping = { ...order, name: 'stock' };
  const { resources } = open();
  const opened = {
    close: async () => {},
    resources: {
      orders: resource('orders', { ...resources.orders, entity: stock }),
      sales: resource('sales', { ...resources.sales, entity: stock }),
    },
  };
  const manifest = makeWorkspace()
    .files.get('connectors/shop/connector.yaml')
    ?.text.replaceAll('name: order', 'name: stock');
  const workspace = makeWorkspace({
    'connectors/shop/connector.yaml': manifest ?? '',
    'flows/orders.yaml': flowText.replaceAll('as: order', 'as: stock'),
  });
  expect(compileFlow(workspace, 'orders-to-erp', { open: () => opened }).delivery.mode).toBe('latest');
});
