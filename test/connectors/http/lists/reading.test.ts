import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { createTestClock, faultOf, item, never, readAll, serveThings } from '../open-http.ts';
import type { Answer } from '../test-server.ts';

const pages = (lists: readonly (readonly JsonObject[])[]) => (_request: unknown, index: number) => ({
  json: { items: lists[index] ?? [], next: index + 1 < lists.length ? `t${index}` : null },
});
const paged = { path: '/things', records: 'items', paging: { type: 'token', param: 'after', token: 'next' } };
const day = (number: number) => `2026-01-0${number}T00:00:00Z`;

describe('incremental reading', () => {
  test('moves the cursor after each page where records come in its order', async () => {
    const { things } = await serveThings(
      {
        read: {
          ...paged,
          cursor: { value: 'at', type: 'time', order: 'ascending', query: { since: '{{cursor}}' } },
        },
      },
      pages([
        [
          { id: 1, at: day(1) },
          { id: 2, at: day(2) },
        ],
        [{ id: 3, at: day(3) }],
      ]),
      { clock: createTestClock(Date.parse(day(9))) },
    );
    expect((await readAll(things)).cursors).toEqual([day(2), day(3)]);
  });

  test.each(['number', 'text'])(
    'refuses a %s as cursor of pages that do not come in its order',
    async (type) => {
      const read = (more: JsonObject) => ({ read: { ...paged, cursor: { value: 'at', type, ...more } } });
      const things = (more: JsonObject) => serveThings(read(more), () => ({ json: [] }));
      expect(await faultOf(things({}))).toMatchObject({ code: 'TL_WORKSPACE_INVALID' });
      expect((await things({ order: 'ascending' })).things.read).toBeDefined();
    },
  );

  test('moves the cursor only after the last page where they do not', async () => {
    const clock = createTestClock(Date.parse(day(9)));
    const { things } = await serveThings(
      { read: { ...paged, cursor: { value: 'at', type: 'time', query: { since: '{{cursor}}' } } } },
      pages([[{ id: 1, at: day(7) }], [{ id: 2, at: day(2) }]]),
      { clock },
    );
    expect((await readAll(things)).cursors).toEqual([undefined, day(7)]);
  });

  test('does not move the cursor beyond the moment the read began', async () => {
    const clock = createTestClock(Date.parse(day(3)));
    const { things } = await serveThings(
      { read: { ...paged, cursor: { value: 'at', type: 'time', query: { since: '{{cursor}}' } } } },
      () => ({ json: { items: [{ id: 1, at: day(7) }] } }),
      { clock },
    );
    expect((await readAll(things)).cursors).toEqual(['2026-01-03T00:00:00Z']);
    expect((await readAll(things, { cursor: day(5) })).cursors).toEqual([day(5)]);
  });

  test('lays the cursor over the request, and leaves it out of a full read', async () => {
    const { server, things } = await serveThings(
      {
        read: {
          path: '/things',
          query: { state: 'open' },
          cursor: { value: 'at', query: { since: '!<{{cursor}}' } },
        },
      },
      () => ({ json: [] }),
    );
    await readAll(things);
    await readAll(things, { cursor: day(1), where: { state: 'all', tag: ['a b', 'c&d'] } });
    expect(server.seen.map(({ url }) => url)).toEqual([
      '/things?state=open',
      `/things?state=all&tag=a%20b&tag=c%26d&since=!%3C${day(1)}`,
    ]);
  });

  test('sends where, cursor and end of a search by POST in its body', async () => {
    const { server, things } = await serveThings(
      {
        read: {
          method: 'POST',
          path: '/search',
          body: { sort: "'at'" },
          cursor: { value: 'at', body: { since: 'cursor' }, until: { body: { before: 'until' } } },
        },
      },
      () => ({ json: [] }),
    );
    await readAll(things, { cursor: day(1), until: day(2), where: { kind: 'web' } });
    expect(server.seen[0]!.body).toEqual({ sort: 'at', kind: 'web', since: day(1), before: day(2) });
  });

  test('leaves out what lies behind the end, and stops where records come in order', async () => {
    const { server, things } = await serveThings(
      { read: { ...paged, cursor: { value: 'at', order: 'ascending' } } },
      pages([
        [
          { id: 1, at: day(1) },
          { id: 2, at: day(4) },
        ],
        [{ id: 3, at: day(5) }],
      ]),
    );
    const { records, cursors } = await readAll(things, { until: day(3) });
    expect(records).toEqual([{ id: 1, at: day(1) }]);
    expect(cursors).toEqual([day(1)]);
    expect(server.seen).toHaveLength(1);
  });

  test('refuses a where that its cursor would silently replace', async () => {
    const { things } = await serveThings(
      { read: { path: '/things', cursor: { value: 'at', query: { filter: 'at ge {{cursor}}' } } } },
      () => ({ json: [] }),
    );
    const fault = await faultOf(readAll(things, { cursor: day(1), where: { filter: "state eq 'open'" } }));
    expect(fault).toMatchObject({ code: 'TL_CONNECTION_CONFIG' });
    expect(fault.message).toContain('connections.erp.resources.things.read sets the parameter filter');
  });
});

test('a cursor whose expression has no end on one record is told, and moves by the others', {
  timeout: 120_000,
}, async () => {
  const value = '($f := function($n) { $f($n + 1) }; loop ? $f(0) : updated)';
  const { things } = await serveThings(
    { read: { path: '/things', cursor: { type: 'number', value, query: { since: '{{cursor}}' } } } },
    () => ({
      json: [
        { id: 1, updated: 5 },
        { id: 2, updated: 9, loop: true },
      ],
    }),
  );
  const pages: unknown[] = [];
  for await (const page of things.read!({ where: {}, signal: never })) pages.push(page);
  expect(pages).toMatchObject([
    {
      cursor: '5',
      cursorTrouble: {
        nothing: 1,
        unordered: 0,
        failed: { records: 1, message: expect.stringContaining('took more than') },
      },
    },
  ]);
});

describe('attachments', () => {
  const read = {
    path: '/things',
    attach: {
      lines: {
        path: '/things/{{record.id}}/lines',
        records: 'items',
        paging: { type: 'token', param: 'after', token: 'next' },
      },
    },
  };

  test('puts the records of further requests into each record', async () => {
    const { things } = await serveThings({ read }, ({ path, query }) => {
      if (path === '/things') return { json: [{ id: 'a/1' }, { id: 'b' }] };
      const id = decodeURIComponent(path.split('/')[2] ?? '');
      return {
        json: query.has('after') ? { items: [{ no: 2, id }] } : { items: [{ no: 1, id }], next: 'x' },
      };
    });
    expect((await readAll(things)).records).toEqual(
      ['a/1', 'b'].map((id) => ({
        id,
        lines: [
          { no: 1, id },
          { no: 2, id },
        ],
      })),
    );
  });

  test('gives a record whose attachment is refused as one that could not be read', async () => {
    const { things } = await serveThings({ read }, ({ path }) => {
      if (path === '/things') return { json: [{ id: 'a' }, { id: 'b' }] };
      return path.includes('/a/') ? { status: 404 } : { json: { items: [] } };
    });
    expect((await readAll(things)).records).toEqual([
      expect.objectContaining({ code: 'TL_SOURCE_RECORD', kind: 'rejected' }),
      { id: 'b', lines: [] },
    ]);
  });

  test.each<[string, Answer]>([
    ['too large', { json: { items: ['x'.repeat(5_000)] } }],
    ['forbidden', { status: 403 }],
    ['no JSON', { text: '<html>' }],
  ])('does so where an attachment is %s and others are not', async (_, answer) => {
    const { things } = await serveThings(
      { read },
      ({ path }) => {
        if (path === '/things') return { json: [{ id: 'a' }, { id: 'b' }, {}] };
        return path.includes('/a/') ? answer : { json: { items: [] } };
      },
      { config: { maxResponse: '2KB' } },
    );
    const refused = expect.objectContaining({ code: 'TL_SOURCE_RECORD', kind: 'rejected' });
    // The last one has no id to ask by.
    expect((await readAll(things)).records).toEqual([refused, { id: 'b', lines: [] }, refused]);
  });

  test('asks once more for an attachment that is none while others are', async () => {
    let asked = 0;
    const { things } = await serveThings({ read }, ({ path }) => {
      if (path === '/things') return { json: [{ id: 'a' }, { id: 'b' }] };
      if (path.includes('/a/')) asked += 1;
      return path.includes('/a/') && asked === 1 ? { text: '' } : { json: { items: [] } };
    });
    expect((await readAll(things)).records).toEqual([
      { id: 'a', lines: [] },
      { id: 'b', lines: [] },
    ]);
  });

  test.each([403, 200])('fails as a whole where all of them are answered with %d alone', async (status) => {
    const { things } = await serveThings({ read }, ({ path }) =>
      path === '/things' ? { json: [{ id: 'a' }, { id: 'b' }] } : { status, text: '<html>' },
    );
    expect(await faultOf(readAll(things))).toMatchObject({
      code: status === 403 ? 'TL_AUTH_FORBIDDEN' : 'TL_SYSTEM_BAD_RESPONSE',
    });
  });
});

describe('find', () => {
  test('looks up by key: a record, none, or too many', async () => {
    const { server, things } = await serveThings(
      {
        key: 'no',
        id: 'guid',
        etag: '`@etag`',
        find: {
          path: '/things',
          query: { filter: "no eq '{{$replace(key, \"'\", \"''\")}}'" },
          records: 'value',
        },
      },
      ({ query }) => {
        const filter = query.get('filter');
        if (filter === "no eq 'o''1'")
          return { json: { value: [{ no: "o'1", guid: 'g1', '@etag': 'W/1' }] } };
        if (filter === "no eq 'many'")
          return {
            json: {
              value: [
                { no: 'many', guid: '1' },
                { no: 'many', guid: '2' },
              ],
            },
          };
        if (filter === "no eq 'loose'")
          return {
            json: {
              value: [
                { no: 'loose', guid: '1' },
                { no: 'loose-2', guid: '2' },
              ],
            },
          };
        return { json: { value: [] } };
      },
    );
    expect(await things.find!(["o'1", 'none', 'loose'], never)).toEqual([
      { id: 'g1', etag: 'W/1', record: { no: "o'1", guid: 'g1', '@etag': 'W/1' } },
      undefined,
      { id: '1', record: { no: 'loose', guid: '1' } },
    ]);
    expect(await faultOf(things.find!(['many'], never))).toMatchObject({ code: 'TL_TARGET_AMBIGUOUS' });
    expect(server.seen).toHaveLength(4);
  });

  test('takes the body as the record, and a 404 as "not there"', async () => {
    const { things } = await serveThings({ find: { path: '/things/{{key}}' } }, ({ url }) =>
      url === '/things/a%2Fb' ? { json: { id: 'a/b' } } : { status: 404, json: {} },
    );
    expect(await things.find!(['a/b', 'c'], never)).toEqual([
      { id: 'a/b', record: { id: 'a/b' } },
      undefined,
    ]);
  });

  test('looks up many keys with one request', async () => {
    const { server, things } = await serveThings(
      {
        key: 'email',
        keyIgnores: 'case',
        id: 'id',
        find: {
          method: 'POST',
          path: '/search',
          body: { emails: '[keys]' },
          records: 'results',
          bulk: { size: 2 },
        },
      },
      ({ body }) => {
        const { emails } = body as { emails: string[] };
        return {
          json: {
            results: emails
              .filter((each) => each !== 'x')
              .map((email) => ({ id: `id-${email}`, email: email.toUpperCase() }))
              .reverse(),
          },
        };
      },
    );
    const found = await things.find!(['a', 'x', 'b', 'a'], never);
    expect(found.map((each) => each?.id)).toEqual(['id-a', undefined, 'id-b', 'id-a']);
    expect(server.seen.map(({ body }) => body)).toEqual([{ emails: ['a', 'x'] }, { emails: ['b'] }]);
  });

  test.each(['', '.', '..'])('does not let the key %j point at another path', async (key) => {
    const { server, things } = await serveThings(
      { find: { path: '/things/{{key}}' }, delete: { path: '/things/{{key}}' } },
      () => ({ json: {} }),
    );
    expect(await faultOf(things.find!([key], never))).toMatchObject({ code: 'TL_KEY_MISSING' });
    expect(await things.delete!([item(key)], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_KEY_MISSING' } },
    ]);
    expect(server.seen).toHaveLength(0);
  });
});
