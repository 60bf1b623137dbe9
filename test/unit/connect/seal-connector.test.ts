import { describe, expect, it } from 'vitest';
import { sealConnector } from '../../../src/connect/code/seal-connector.ts';
import type { Connector, Page, Resource, WriteItem, WriteResult } from '../../../src/contract/connector.ts';
import { Fault, toFault } from '../../../src/contract/fault.ts';

const items: readonly WriteItem[] = ['A', 'B'].map((key) => ({ key, payload: {}, idempotencyKey: key }));
const never = new AbortController().signal;

/** What `tradelane/connector` of a second installation makes: the same brand, another class. */
class OtherFault extends Error {
  readonly kind = 'transient';
  readonly code: string;
  readonly answer = { status: 422 };
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
    Object.defineProperty(this, Symbol.for('tradelane.fault'), { value: true });
  }
}

function seal(resource: Partial<Record<keyof Resource, unknown>>, maxMs = 10_000): Resource {
  const connector: Connector = {
    name: 'mine',
    summary: 'ours',
    config: {},
    resources: {},
    open: () => ({
      resources: { orders: { name: 'orders', keyOf: () => 'A', ...resource } as Resource },
      close: async () => {},
    }),
  };
  const { resources } = sealConnector(connector, { maxMs }).open(
    { name: 'crm', config: {}, resources: {}, limits: {}, workspaceDir: '.' },
    { clock: { now: () => 0 }, log: { debug() {}, warn() {} } },
  );
  return resources['orders'] as Resource;
}

async function read(pages: () => AsyncIterable<unknown>): Promise<readonly Page[]> {
  const all: Page[] = [];
  const { read: readPages } = seal({ read: pages });
  for await (const page of readPages?.({ where: {}, signal: never }) ?? []) all.push(page);
  return all;
}

describe('a fault of another copy of the package', () => {
  it('is a Fault, and becomes one of ours by the code that it has', () => {
    const thrown: unknown = new OtherFault('TL_AUTH_REFUSED', 'the licence has expired');
    expect(thrown instanceof Fault).toBe(true);
    expect(toFault(thrown)).toMatchObject({
      code: 'TL_AUTH_REFUSED',
      kind: 'config',
      message: 'the licence has expired',
      answer: { status: 422 },
    });
    expect(toFault(thrown).constructor).toBe(Fault);
  });

  it.each([new Error('x'), { code: 'TL_AUTH_REFUSED', message: 'x' }, 'TL_AUTH_REFUSED', null, undefined])(
    'is not what only looks like one: %s',
    (thrown) => {
      expect((thrown as unknown) instanceof Fault).toBe(false);
      expect(toFault(thrown).code).toBe('TL_DEFECT');
    },
  );

  it('keeps its meaning, thrown and given', async () => {
    const refused = new OtherFault('TL_TARGET_REJECTED', 'C-7 is blocked');
    const given = seal({
      upsert: async () => [
        { ok: false, fault: refused },
        { ok: true, id: '7' },
      ],
    });
    expect(await given.upsert?.(items, never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_REJECTED', kind: 'rejected' } },
      { ok: true, id: '7' },
    ]);
    const thrown = seal({
      find: async () => {
        throw new OtherFault('TL_SYSTEM_THROTTLED', 'later');
      },
    });
    await expect(thrown.find?.(['A'], never)).rejects.toMatchObject({ kind: 'throttled' });
    const key = seal({
      keyOf: () => {
        throw new OtherFault('TL_KEY_INVALID', 'no text');
      },
    });
    expect(() => key.keyOf({})).toThrow(expect.objectContaining({ code: 'TL_KEY_INVALID' }));
  });
});

describe('what a connector in code gives for a write', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['one result for two', [{ ok: true }]],
    ['three results for two', [{ ok: true }, { ok: true }, { ok: true }]],
    ['no list', { ok: true }],
    ['what says nothing', [{}, {}]],
    ['a refusal without a fault', [{ ok: false }, { ok: false, fault: 'no' }]],
    [
      'an id that is a number',
      [
        { ok: true, id: 7 },
        { ok: true, id: '' },
      ],
    ],
    ['a text for yes', [{ ok: 'true' }, null]],
  ])('is unknown where it is %s', async (_what, results) => {
    const given = (await seal({ create: async () => results }).create?.(
      items,
      never,
    )) as readonly WriteResult[];
    expect(given).toHaveLength(2);
    for (const result of given) {
      expect(result).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } });
      expect(result.ok ? '' : result.fault.message).toMatch(/^crm \(connector mine\): orders\.create gave /);
    }
  });

  it('is a defect where it fails with an error of its own', async () => {
    const failing = seal({
      create: async () => {
        throw new TypeError('x is not a function');
      },
    });
    await expect(failing.create?.(items, never)).rejects.toMatchObject({
      code: 'TL_DEFECT',
      message: expect.stringContaining('x is not a function'),
    });
  });

  it('is given up where it never ends, and its signal says so', async () => {
    let told: AbortSignal | undefined;
    const hanging = seal(
      {
        update: (_items: unknown, signal: AbortSignal) => {
          told = signal;
          return new Promise(() => {});
        },
        find: () => new Promise(() => {}),
      },
      20,
    );
    await expect(hanging.update?.(items, never)).rejects.toMatchObject({ code: 'TL_TARGET_UNKNOWN' });
    expect(told?.aborted).toBe(true);
    await expect(hanging.find?.(['A'], never)).rejects.toMatchObject({
      code: 'TL_SYSTEM_TIMEOUT',
      message: 'crm (connector mine): orders.find has not ended within 0.02 s',
    });
  });

  it('ends with the reason of whoever stops it', async () => {
    const stop = new AbortController();
    const hanging = seal({ find: () => new Promise(() => {}) });
    const finding = hanging.find?.(['A'], stop.signal);
    const reason = new Error('stopped');
    stop.abort(reason);
    await expect(finding).rejects.toBe(reason);
  });
});

describe('what a connector in code gives for a question', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /orders\.find gave nothing for 1 key/],
    ['too few', [], /an empty list for 1 key/],
    ['a record without an id', [{ record: {} }], /an object whose `id` is nothing for a key/],
    ['a number as id', [{ id: 7, record: {} }], /whose `id` is a number/],
  ])('is a fault where find gives %s', async (_what, found, message) => {
    const finding = seal({ find: async () => found }).find?.(['A'], never);
    await expect(finding).rejects.toMatchObject({
      code: 'TL_SYSTEM_BAD_RESPONSE',
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, unknown]>([
    ['no object', 7],
    ['a page without records', {}],
    ['records that are no list', { records: {} }],
    ['records that are not wrapped', { records: [{ number: 'A' }] }],
    ['a fault that is none', { records: [{ fault: 'no', raw: '' }] }],
    ['a cursor that is a number', { records: [], cursor: 7 }],
  ])('is a fault where a page is %s', async (_what, page) => {
    const reading = read(async function* () {
      yield page;
    });
    await expect(reading).rejects.toMatchObject({ code: 'TL_SYSTEM_BAD_RESPONSE' });
  });

  it('is given up where a page never comes, and the reading is told to end', async () => {
    let told: AbortSignal | undefined;
    const hanging = seal(
      {
        read: async function* ({ signal }: { signal: AbortSignal }) {
          told = signal;
          yield { records: [] };
          await new Promise(() => {});
        },
      },
      20,
    );
    const reading = (async () => {
      for await (const page of hanging.read?.({ where: {}, signal: never }) ?? [])
        expect(page.records).toEqual([]);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'TL_SYSTEM_TIMEOUT' });
    expect(told?.aborted).toBe(true);
  });

  it('passes what is right, page by page', async () => {
    const pages = [
      { records: [{ record: { number: 'A' } }], cursor: '1' },
      { records: [{ fault: new OtherFault('TL_SOURCE_RECORD', 'broken'), raw: 'x' }] },
    ];
    const given = await read(async function* () {
      yield* pages;
    });
    expect(given).toMatchObject([
      { records: [{ record: { number: 'A' } }], cursor: '1' },
      { records: [{ fault: { code: 'TL_SOURCE_RECORD', kind: 'rejected' }, raw: 'x' }] },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'open() must give { resources, close }'],
    ['no close', { resources: {} }, 'open() must give { resources, close }'],
    [
      'a resource that is none',
      { resources: { a: null }, close() {} },
      'open() gave a resource "a" without keyOf()',
    ],
    [
      'a resource without keys',
      { resources: { a: {} }, close() {} },
      'open() gave a resource "a" without keyOf()',
    ],
  ])('is told where open gives %s', (_what, opened, message) => {
    const connector = {
      name: 'mine',
      summary: '',
      config: {},
      resources: {},
      open: () => opened,
    } as Connector;
    expect(() => sealConnector(connector).open({ name: 'crm' } as never, {} as never)).toThrow(
      expect.objectContaining({
        code: 'TL_CONNECTION_CONFIG',
        message: expect.stringContaining(`crm (connector mine): ${message}`),
      }),
    );
  });

  it('works with instances of classes as well', async () => {
    class Orders {
      get name() {
        return 'orders';
      }
      get bulkSize() {
        return 50;
      }
      keyOf(record: unknown) {
        return (record as { number: string }).number;
      }
      async find(keys: readonly string[]) {
        return keys.map((key) => ({ id: key, record: this.name }));
      }
    }
    const connector = {
      name: 'mine',
      summary: 'ours',
      config: {},
      resources: {},
      open: () => ({ resources: { orders: new Orders() }, close: async () => {} }),
    };
    const { resources } = sealConnector(connector).open({} as never, {} as never);
    expect(resources['orders']).toMatchObject({ name: 'orders', bulkSize: 50 });
    expect(await resources['orders']?.find?.(['A'], never)).toEqual([{ id: 'A', record: 'orders' }]);
  });
});
