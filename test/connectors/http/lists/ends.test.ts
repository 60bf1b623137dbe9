import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { faultOf, never, openHttp, readAll, serve, serveThings } from '../open-http.ts';
import type { SeenRequest } from '../test-server.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1 }));

/** A list of so many records, of which it never gives more than `cap` at once, whatever it is asked for. */
const capped =
  (count: () => number, cap: number) =>
  ({ query }: SeenRequest) => {
    const size = Math.min(Number(query.get('limit') ?? cap), cap);
    const after = Number(query.get('after') ?? 0);
    const start = query.has('page')
      ? (Number(query.get('page')) - 1) * size
      : Number(query.get('offset') ?? 0);
    const behind = numbers(count()).filter(({ id }) => id > after);
    return { json: { items: behind.slice(start, start + size), total: behind.length } };
  };

const size = { param: 'limit', value: 200 };
const pagings: readonly (readonly [string, JsonObject])[] = [
  ['page', { type: 'page', param: 'page', size }],
  ['offset', { type: 'offset', param: 'offset', size }],
  ['keyset', { type: 'keyset', last: 'id', query: { after: '{{last}}' }, size }],
];
const read = (paging: JsonObject): JsonObject => ({ read: { path: '/things', records: 'items', paging } });

describe('the end of a list', () => {
  test.each(pagings)('is proved where the system cuts pages: %s', async (_type, paging) => {
    let count = 250;
    const { server, things } = await serveThings(
      read(paging),
      capped(() => count, 100),
    );
    expect((await readAll(things)).records).toHaveLength(250);
    expect(server.seen).toHaveLength(3);
    // By now the list is known to give longer pages: an ordinary poll asks once.
    count = 7;
    expect((await readAll(things)).records).toHaveLength(7);
    expect(server.seen).toHaveLength(4);
    count = 100;
    expect((await readAll(things)).records).toHaveLength(100);
    expect(server.seen).toHaveLength(6);
  });

  test('may be a 404 behind the last page, where a row says so, and nowhere else', async () => {
    const paging = { type: 'page', param: 'page', size: { param: 'limit', value: 10 } };
    const cursor = { value: 'at', query: { since: '{{cursor}}' } };
    const declared = { read: { path: '/things', records: 'items', paging, cursor } };
    const at = '2026-01-01T00:00:00Z';
    const answer = ({ query }: SeenRequest) =>
      Number(query.get('page')) > 2
        ? { status: 404, json: { detail: 'Invalid page.' } }
        : { json: { items: numbers(10).map(({ id }) => ({ id: `${query.get('page')}-${id}`, at })) } };
    const lost = await serveThings(declared, answer);
    expect(await faultOf(readAll(lost.things))).toMatchObject({
      code: 'TL_SOURCE_REJECTED',
      message: expect.stringContaining('`responses: [{ status: 404, on: read, code: absent }]`'),
    });
    const responses = [{ status: 404, on: 'read', code: 'absent' }];
    const { things } = await serveThings(declared, answer, { answers: { responses } });
    const { records, cursors } = await readAll(things);
    expect(records).toHaveLength(20);
    // The cursor of a list in no order moves when all of it has come.
    expect(cursors).toEqual([undefined, undefined, expect.stringContaining('2026-01-01T00:00:00')]);
  });

  test('is told by a total at once', async () => {
    const paging = { type: 'keyset', last: 'id', query: { after: '{{last}}' }, size, total: 'total' };
    const { server, things } = await serveThings(
      read(paging),
      capped(() => 150, 100),
    );
    expect((await readAll(things)).records).toHaveLength(150);
    expect(server.seen).toHaveLength(2);
  });

  test('is found by who gives more than was asked for, and knows pages', async () => {
    const paging = { type: 'page', param: 'page', size: { param: 'limit', value: 10 } };
    const { server, things } = await serveThings(read(paging), ({ query }) => ({
      json: { items: query.get('page') === '1' ? numbers(30) : [] },
    }));
    expect((await readAll(things)).records).toHaveLength(30);
    expect(server.seen).toHaveLength(2);
  });

  test.each(pagings)(
    'is not looked for for ever where the system knows no pages: %s',
    async (_type, paging) => {
      for (const count of [5, 300]) {
        const { server, things } = await serveThings(read(paging), () => ({
          json: { items: numbers(count) },
        }));
        expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
        expect(server.seen.length).toBeLessThanOrEqual(3);
      }
    },
  );

  test('is remembered by whoever opens the connection', async () => {
    const lengths = new Map([['things by 200', 100]]);
    const server = await serve(capped(() => 7, 100));
    const { things } = openHttp(
      server.url,
      { things: { key: 'id', ...read(pagings[0]![1]) } },
      {
        pages: {
          longest: async (list) => lengths.get(list) ?? 0,
          note: async (list, length) => void lengths.set(list, Math.max(length, lengths.get(list) ?? 0)),
        },
      },
    ).resources;
    expect((await readAll(things!)).records).toHaveLength(7);
    expect(server.seen).toHaveLength(1);
    expect([...lengths]).toEqual([['things by 200', 100]]);
  });
});

/** Two pages of ten by offset; behind them `last` answers. */
const behindTwo =
  (last: object, said: readonly (number | undefined)[]) =>
  ({ query }: SeenRequest) => {
    const page = Number(query.get('page') ?? query.get('offset') ?? query.get('after') ?? query.get('token'));
    const at = page >= 10 ? page / 10 : Math.max(0, page - (query.has('page') ? 1 : 0));
    if (at >= 2) return last;
    const items = numbers(10).map(({ id }) => ({ id: at * 10 + id }));
    return { json: { items, total: said[at], next: String(at + 1) } };
  };

describe('a list that ends before', () => {
  const ten = { param: 'limit', value: 10 };
  const counted: readonly (readonly [string, JsonObject, readonly (number | undefined)[]])[] = [
    ['pages', { type: 'page', param: 'page', size: ten, total: 'total' }, [3, undefined]],
    ['records', { type: 'offset', param: 'offset', size: ten, total: 'total' }, [25, undefined]],
    ['records again', { type: 'offset', param: 'offset', size: ten, total: 'total' }, [25, 25]],
    [
      'what is left',
      { type: 'keyset', last: 'id', query: { after: '{{last}}' }, size: ten, total: 'total' },
      [25, 15],
    ],
    [
      'what was left at first',
      { type: 'keyset', last: 'id', query: { after: '{{last}}' }, size: ten, total: 'total' },
      [25, undefined],
    ],
  ];
  const answers = { responses: [{ status: 404, on: 'read', code: 'absent' }] };
  const gone = { status: 404, json: { detail: 'Invalid page.' } };
  const empty = { json: { items: [] } };

  test.each(counted)('the system has counted %s is no whole one', async (_what, paging, said) => {
    for (const [last, told] of [
      [gone, 'says that there is no such page before the end'],
      [empty, 'gave an empty page before the end'],
    ] as const) {
      const { things } = await serveThings(read(paging), behindTwo(last, said), { answers });
      expect(await faultOf(readAll(things))).toMatchObject({
        code: 'TL_SOURCE_UNREADABLE',
        message: expect.stringContaining(told),
      });
    }
  });

  test('a page that the system has named is no whole one', async () => {
    const paging = { type: 'token', param: 'token', token: 'next' };
    const { things } = await serveThings(read(paging), behindTwo(gone, []), { answers });
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SOURCE_UNREADABLE',
      message: expect.stringContaining('named a next page'),
    });
  });

  test('is whole where as many have come as were counted on its first page', async () => {
    const paging = { type: 'offset', param: 'offset', size: ten, total: 'total' };
    for (const last of [gone, empty]) {
      const { things } = await serveThings(read(paging), behindTwo(last, [20, undefined]), { answers });
      expect((await readAll(things)).records).toHaveLength(20);
    }
  });
});

describe('what proves no end', () => {
  const page = { type: 'page', param: 'page', total: 'total', size };
  const offset = { type: 'offset', param: 'offset', total: 'total', size };
  const token = { type: 'token', param: 'after', token: 'next' };
  const next = { type: 'next', url: 'next' };
  const keyset = { type: 'keyset', last: 'id', query: { after: '{{last}}' } };
  test.each<[paging: JsonObject, json: JsonObject, told: string]>([
    [page, { total: null }, 'must give a count, and gave null'],
    [page, { total: 'many' }, 'must give a count, and gave a text'],
    [page, { total: '' }, 'must give a count, and gave an empty text'],
    [page, { total: 2.5 }, 'must give a count, and gave 2.5'],
    [page, { total: -1 }, 'must give a count, and gave -1'],
    [page, { total: [3] }, 'must give a count, and gave a list of 1'],
    [page, { total: 0 }, 'gave 0, less than what has come (1)'],
    [offset, { items: [{ id: 1 }, { id: 2 }], total: 1 }, 'gave 1, less than what has come (2)'],
    [{ ...keyset, total: 'total' }, { total: 0 }, 'gave 0, less than what has come (1)'],
    [page, { items: [], total: 3 }, 'an empty page before the end: `total` says 3'],
    [offset, { total: null }, 'must give a count'],
    [offset, { items: [], total: 3 }, 'an empty page before the end'],
    [token, { next: { page: 2 } }, 'must give a text or a number, and gave an object'],
    [token, { next: true }, 'must give a text or a number, and gave true or false'],
    [next, { next: { href: '/things?page=2' } }, 'must be a text, and is an object'],
    [next, { next: 2 }, 'must be a text, and is a number'],
    [keyset, { items: [{ id: null }] }, 'no value to go on from, but null'],
    [keyset, { items: [{ id: {} }] }, 'no value to go on from, but an empty object'],
  ])('%j: %j', async (paging, json, told) => {
    const { things } = await serveThings(read(paging), () => ({ json: { items: [{ id: 1 }], ...json } }));
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SOURCE_UNREADABLE',
      message: expect.stringContaining(told),
    });
  });

  test('a number of pages, taken for one of records', async () => {
    const paging = { type: 'offset', param: 'offset', size: { param: 'size', value: 2 }, total: 'pages' };
    const { things } = await serveThings(read(paging), ({ query }) => {
      const at = Number(query.get('offset'));
      return { json: { items: [{ id: at }, { id: at + 1 }], pages: 3 } };
    });
    expect(await faultOf(readAll(things))).toMatchObject({
      message: expect.stringContaining('`total: pages` gave 3, less than what has come (4)'),
    });
  });

  test.each<[paging: JsonObject, json: JsonObject]>([
    [page, { total: '1' }],
    [page, { total: 1 }],
    [page, { items: [], total: 0 }],
    [token, { next: null }],
    [token, { next: '' }],
    [token, { next: false }],
    [token, {}],
    [next, { next: null }],
  ])('but %j with %j does', async (paging, json) => {
    const { server, things } = await serveThings(read(paging), () => ({
      json: { items: [{ id: 1 }], ...json },
    }));
    await readAll(things);
    expect(server.seen).toHaveLength(1);
  });

  test('an answer that names a next page, where none is asked for', async () => {
    const answers = [
      { json: { items: [{ id: 1 }], '@odata.nextLink': 'https://erp.example/things?$skip=1' } },
      { json: { items: [{ id: 1 }] }, headers: { link: '</things?page=2>; rel="next"' } },
    ];
    for (const answer of answers) {
      const { things } = await serveThings({ read: { path: '/things', records: 'items' } }, () => answer);
      expect(await faultOf(readAll(things))).toMatchObject({
        code: 'TL_SOURCE_UNREADABLE',
        message: expect.stringContaining('one page of several'),
      });
    }
  });
});

describe('find', () => {
  const found = (find: JsonObject, records: readonly JsonObject[], more: JsonObject = {}) =>
    serveThings(
      {
        key: 'no',
        id: 'guid',
        ...more,
        find: { path: '/things', query: { no: '{{key}}' }, records: 'items', ...find },
      },
      () => ({ json: { items: records } }),
    );
  const ambiguous = (told: string) => ({
    code: 'TL_TARGET_AMBIGUOUS',
    message: expect.stringContaining(told),
  });

  test.each<[told: string, records: readonly JsonObject[], more: JsonObject]>([
    ['a record that has another key', [{ no: 'B', guid: '1' }], {}],
    [
      '2 records that have other keys',
      [
        { no: 'B', guid: '1' },
        { no: 'a', guid: '2' },
      ],
      {},
    ],
    ['a record that has another key', [{ no: 'a', guid: '1' }], {}],
    ['a record that has another key', [{ no: ' A ', guid: '1' }], {}],
    ['a record that has another key', [{ no: 'B', guid: '1' }], { keyIgnores: ['case', 'spaces'] }],
    ['a record that has no key', [{ guid: '1' }], {}],
    ['a record that has no key', [{ no: null, guid: '1' }], {}],
    [
      '2 records answer to the key "A"',
      [
        { no: 'A', guid: '1' },
        { no: 'A', guid: '2' },
      ],
      {},
    ],
    [
      '2 records answer to the key "A"',
      [
        { no: 'A', guid: '1' },
        { no: 'a', guid: '2' },
      ],
      { keyIgnores: 'case' },
    ],
  ])('concludes nothing from %s', async (told, records, more) => {
    const { things } = await found({}, records, more);
    const fault = await faultOf(things.find!(['A'], never));
    expect(fault).toMatchObject(ambiguous(told));
    expect(fault.message).not.toContain('"B"');
  });

  test.each(['', '  ', '\u200b', null, true, [], {}])('takes %j for no id', async (guid) => {
    const { things } = await found({}, [{ no: 'A', guid }]);
    expect(await faultOf(things.find!(['A'], never))).toMatchObject({ code: 'TL_KEY_INVALID' });
  });

  test.each<[key: string, record: JsonObject, more: JsonObject]>([
    ['17', { no: 17 }, {}],
    ['0.0000001', { no: 1e-7 }, {}],
    ['A', { no: 'a' }, { keyIgnores: 'case' }],
    ['A', { no: ' A\t' }, { keyIgnores: ['spaces'] }],
    ['4711', { no: '0000004711' }, { keyIgnores: 'leadingZeros' }],
    ['0000004711', { no: 4711 }, { keyIgnores: 'leadingZeros' }],
    ['0', { no: '000' }, { keyIgnores: 'leadingZeros' }],
    ['a7', { no: ' A7' }, { keyIgnores: ['case', 'spaces', 'leadingZeros'] }],
  ])('takes %j for the key of %j', async (key, record, more) => {
    const { things } = await found({}, [{ guid: 'g', ...record }], more);
    expect(await things.find!([key], never)).toMatchObject([{ id: 'g' }]);
  });

  test('leaves zeros in what is no number', async () => {
    const { things } = await found({}, [{ guid: 'g', no: '00A7' }], { keyIgnores: 'leadingZeros' });
    expect(await faultOf(things.find!(['A7'], never))).toMatchObject(ambiguous('another key'));
  });

  test('takes the key from where the manifest says', async () => {
    const record = { guid: 'g', details: { number: 'A' } };
    const nested = await found({ key: 'details.number' }, [record]);
    expect(await nested.things.find!(['A'], never)).toMatchObject([{ id: 'g' }]);
    const believed = await found({ key: '$key' }, [{ guid: 'g' }]);
    expect(await believed.things.find!(['A'], never)).toMatchObject([{ id: 'g' }]);
  });

  test('passes over others where the search is a loose one', async () => {
    const loose = await found({ loose: true }, [
      { no: 'A1', guid: '1' },
      { no: 'A', guid: '2' },
    ]);
    expect(await loose.things.find!(['A'], never)).toMatchObject([{ id: '2' }]);
    const none = await found({ loose: true }, [{ no: 'A1', guid: '1' }]);
    expect(await none.things.find!(['A'], never)).toEqual([undefined]);
  });

  test('looks up many, and doubts those that were not given where others were', async () => {
    const declared = {
      key: 'no',
      id: 'guid',
      find: {
        method: 'POST',
        path: '/search',
        body: { numbers: '[keys]' },
        records: 'items',
        bulk: { size: 10 },
      },
    };
    let records: readonly JsonObject[] = [{ no: 'A', guid: '1' }];
    const { things } = await serveThings(declared, () => ({ json: { items: records } }));
    expect(await things.find!(['A', 'B'], never)).toMatchObject([{ id: '1' }, undefined]);
    // All that was asked for is there: more does no harm.
    records = [
      { no: 'A', guid: '1' },
      { no: 'B', guid: '2' },
      { no: 'C', guid: '3' },
    ];
    expect(await things.find!(['A', 'B'], never)).toMatchObject([{ id: '1' }, { id: '2' }]);
    records = [
      { no: 'A', guid: '1' },
      { no: 'C', guid: '3' },
    ];
    expect(await faultOf(things.find!(['A', 'B'], never))).toMatchObject(ambiguous('asked for the key "B"'));
  });

  test.each<[path: string, reply: JsonObject, outcome: unknown]>([
    ['/things/{{key}}', { status: 404, json: { message: 'no such thing' } }, [undefined]],
    ['/things/{{key}}', { status: 410 }, [undefined]],
    ["/things(number='{{key}}')?expand={{key ? 'all' : 'none'}}", { status: 404 }, [undefined]],
    [
      '/things/{{key}}',
      { status: 404, text: '<html><title>Not here</title></html>' },
      'TL_SYSTEM_BAD_RESPONSE',
    ],
    ['/things?number={{key}}', { status: 404, json: {} }, 'TL_CONNECTION_CONFIG'],
    ['/keys', { status: 404, json: {} }, 'TL_CONNECTION_CONFIG'],
    ['/things/{{key}}', { json: {} }, 'TL_SYSTEM_BAD_RESPONSE'],
    ['/things/{{key}}', { json: null }, 'TL_SYSTEM_BAD_RESPONSE'],
    ['/things/{{key}}', { status: 204 }, 'TL_SYSTEM_BAD_RESPONSE'],
    ['/things/{{key}}', { json: [] }, [undefined]],
    ['/things/{{key}}', { json: { id: 'B' } }, 'TL_TARGET_AMBIGUOUS'],
  ])('understands of %s: %j', async (path, reply, outcome) => {
    const { things } = await serveThings({ find: { path } }, () => reply);
    const found = await things.find!(['A'], never).catch((fault: { code: string }) => fault.code);
    expect(found).toEqual(outcome);
  });
});
