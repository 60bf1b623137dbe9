import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { faultOf, never, readAll, serveThings } from '../open-http.ts';
import type { Answer, SeenRequest } from '../test-server.ts';

const all = Array.from({ length: 25 }, (_each, index) => ({ id: index + 1 }));
const ids = all.map(({ id }) => id);
const numberOf = (request: SeenRequest, name: string): number => Number(request.query.get(name) ?? 0);

interface Case {
  readonly name: string;
  readonly read: JsonObject;
  readonly answer: (request: SeenRequest) => Answer;
  /** Requests it takes. */
  readonly requests: number;
}

const size = { param: 'size', value: 10 };
const bySize = (from: number) => all.slice(from, from + 10);
const oneAfter = (request: SeenRequest) => bySize(Number(request.query.get('after') ?? 0));

const cases: readonly Case[] = [
  {
    name: 'page, until a short page',
    read: { paging: { type: 'page', param: 'page', size } },
    answer: (request) => ({ json: bySize((numberOf(request, 'page') - 1) * numberOf(request, 'size')) }),
    requests: 3,
  },
  {
    name: 'page from 0, until the total, although the system gives less than asked for',
    read: {
      records: 'items',
      paging: { type: 'page', param: 'p', first: 0, size: { param: 'size', value: 50 }, total: 'meta.pages' },
    },
    answer: (request) => ({ json: { items: bySize(numberOf(request, 'p') * 10), meta: { pages: '3' } } }),
    requests: 3,
  },
  {
    name: 'page without a size, until an empty page',
    read: { paging: { type: 'page', param: 'page' } },
    answer: (request) => ({ json: bySize((numberOf(request, 'page') - 1) * 10) }),
    requests: 4,
  },
  {
    name: 'offset, until a short page',
    read: { paging: { type: 'offset', param: 'skip', size } },
    answer: (request) => ({ json: bySize(numberOf(request, 'skip')) }),
    requests: 3,
  },
  {
    name: 'offset, until the total, although the system gives less than asked for',
    read: {
      records: 'items',
      paging: { type: 'offset', param: 'skip', size: { param: 'size', value: 50 }, total: 'total' },
    },
    answer: (request) => ({ json: { items: bySize(numberOf(request, 'skip')), total: 25 } }),
    requests: 3,
  },
  {
    name: 'token in the query',
    read: { records: 'items', paging: { type: 'token', param: 'after', token: 'next.after', size } },
    answer: (request) => {
      const from = numberOf(request, 'after');
      return {
        json: { items: oneAfter(request), next: from + 10 < 25 ? { after: String(from + 10) } : null },
      };
    },
    requests: 3,
  },
  {
    name: 'token in the body of a POST',
    read: {
      method: 'POST',
      body: { sort: "'id'" },
      records: 'items',
      paging: { type: 'token', param: 'after', token: 'after', in: 'body', size },
    },
    answer: ({ body }) => {
      const { after = 0, size: asked, sort } = body as { after?: number; size: number; sort: string };
      if (asked !== 10 || sort !== 'id') return { status: 400 };
      return { json: { items: bySize(after), ...(after + 10 < 25 && { after: after + 10 }) } };
    },
    requests: 3,
  },
  {
    name: 'link header',
    read: { paging: { type: 'link', size } },
    answer: (request) => {
      const from = numberOf(request, 'from');
      const link = `</things?from=0>; rel="first", </things?from=${from + 10}&size=10>; title="a, b"; rel="next last"`;
      return { json: bySize(from), ...(from + 10 < 25 && { headers: { link } }) };
    },
    requests: 3,
  },
  {
    name: 'next, an absolute URL in the body',
    read: { records: 'value', paging: { type: 'next', url: '`@odata.nextLink`' } },
    answer: (request) => {
      const from = numberOf(request, '$skip');
      const next = `http://${request.headers.host}/things?$skip=${from + 10}`;
      return { json: { value: bySize(from), ...(from + 10 < 25 && { '@odata.nextLink': next }) } };
    },
    requests: 3,
  },
  {
    name: 'next, a relative URL in the body',
    read: { records: 'value', paging: { type: 'next', url: 'next' } },
    answer: (request) => {
      const from = numberOf(request, 'skip');
      return { json: { value: bySize(from), next: from + 10 < 25 ? `?skip=${from + 10}` : '' } };
    },
    requests: 3,
  },
  {
    name: 'keyset in the query',
    read: { query: { sort: 'id' }, paging: { type: 'keyset', query: { id: '>{{last}}' }, last: 'id', size } },
    answer: (request) => ({ json: bySize(Number((request.query.get('id') ?? '>0').slice(1))) }),
    requests: 3,
  },
  {
    name: 'keyset in the body of a POST',
    read: {
      method: 'POST',
      paging: { type: 'keyset', body: { after: 'last' }, last: 'id', in: 'body', size },
    },
    answer: ({ body }) => ({ json: bySize((body as { after?: number }).after ?? 0) }),
    requests: 3,
  },
];

describe('paging', () => {
  test.each(cases)('reads everything once: $name', async ({ read, answer, requests }) => {
    const { server, things } = await serveThings({ read: { path: '/things', ...read } }, answer);
    const { records } = await readAll(things);
    expect(records.map((record) => (record as { id: number }).id)).toEqual(ids);
    expect(server.seen).toHaveLength(requests);
  });

  const loops: readonly [
    name: string,
    paging: JsonObject,
    answer: (request: SeenRequest, index: number) => Answer,
  ][] = [
    [
      'a token that repeats',
      { type: 'token', param: 'after', token: 'next' },
      (_request, index) => ({ json: { items: all, next: ['a', 'b'][index % 2] } }),
    ],
    [
      'a long token that repeats',
      { type: 'token', param: 'after', token: 'next' },
      () => ({ json: { items: all, next: 'x'.repeat(500) } }),
    ],
    [
      'a next URL that repeats',
      { type: 'next', url: 'next' },
      () => ({ json: { items: all, next: '/things?page=2' } }),
    ],
    [
      'a page parameter that the system ignores',
      { type: 'page', param: 'page' },
      () => ({ json: { items: all } }),
    ],
    [
      'an offset parameter that the system ignores',
      { type: 'offset', param: 'skip' },
      () => ({ json: { items: all } }),
    ],
    [
      'a keyset that does not move',
      { type: 'keyset', query: { id: '{{last}}' }, last: 'id' },
      () => ({ json: { items: all } }),
    ],
  ];

  test.each(loops)('does not walk in circles: %s', async (_name, paging, answer) => {
    const { server, things } = await serveThings(
      { read: { path: '/things', records: 'items', paging } },
      answer,
    );
    expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
    expect(server.seen.length).toBeLessThan(5);
  });

  test.each(['http://127.0.0.1:1/things?page=2', 'https://example.org/', '//example.org/things'])(
    'never takes the credentials to another host: %s',
    async (next) => {
      const { server, things } = await serveThings(
        { read: { path: '/things', records: 'items', paging: { type: 'next', url: 'next' } } },
        () => ({ json: { items: all, next } }),
        { config: { auth: { type: 'bearer', token: 'secret' } } },
      );
      expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_CONNECTION_CONFIG' });
      expect(server.seen).toHaveLength(1);
    },
  );

  test('does not follow a redirect', async () => {
    const { server, things } = await serveThings({ read: { path: '/things' } }, () => ({
      status: 302,
      headers: { location: '/login' },
    }));
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SYSTEM_BAD_RESPONSE',
      answer: { status: 302 },
    });
    expect(server.seen).toHaveLength(1);
  });

  test('streams 10,000 records, asking for a page when the one before has been taken', async () => {
    const { server, things } = await serveThings(
      {
        read: {
          path: '/things',
          paging: { type: 'offset', param: 'skip', size: { param: 'size', value: 100 } },
        },
      },
      (request) => {
        const from = numberOf(request, 'skip');
        return {
          json: Array.from({ length: from < 10_000 ? 100 : 0 }, (_each, index) => ({ id: from + index })),
        };
      },
    );
    let count = 0;
    let pages = 0;
    for await (const page of things.read!({ where: {}, signal: never })) {
      pages += 1;
      count += page.records.length;
      expect(server.seen).toHaveLength(pages);
    }
    expect(count).toBe(10_000);
    expect(server.seen).toHaveLength(101);
  });
});
