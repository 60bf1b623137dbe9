import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';
import { compileAllowance } from '../../../../src/connect/reach/allowance.ts';
import { guardLookup } from '../../../../src/connect/reach/guard-connect.ts';
import type { NetworkSettings } from '../../../../src/contract/connector.ts';
import { never, type OpenOptions, openHttp, readAll, serve } from '../open-http.ts';
import { startProxy } from './tls-servers.ts';

type Addresses = readonly string[];

/** Who looks names up: gives one answer after the other, the last one for ever. */
function fakeLookup(answers: readonly Addresses[]) {
  const asked: string[] = [];
  const lookup: LookupFunction = (host, { all }, callback) => {
    const addresses = answers[Math.min(asked.push(host), answers.length) - 1] ?? [];
    const found = addresses.map(
      (address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }),
    );
    queueMicrotask(() => (all ? callback(null, found) : callback(null, addresses[0] ?? '', 4)));
  };
  return { lookup, asked };
}

/** Pages of a list, each of which names the next by its whole URL. */
const things = {
  key: 'id',
  read: { path: '/things?key=1', records: 'items', paging: { type: 'next', url: 'next' } },
};

function open(baseUrl: string, allow: NetworkSettings['allow'], options: OpenOptions = {}) {
  const network = { ...options.network, ...(allow && { allow }) };
  return openHttp(baseUrl, { things }, { ...options, network }).resources['things']!;
}

const messageOf = async (reading: Promise<unknown>) =>
  String(
    await reading.then(
      () => 'all was read',
      (thrown: unknown) => thrown,
    ),
  );

/** A server whose second page stands where `next` says; it lets go of each connection, so that each page is dialled anew. */
async function servePages(next: (port: string) => string | undefined) {
  const server = await serve(({ path }) => ({
    headers: { connection: 'close' },
    json:
      path === '/things'
        ? { items: [{ id: 'A' }], next: next(new URL(server.url).port) }
        : { items: [{ id: 'B' }] },
  }));
  return { ...server, seen: server.seen, port: new URL(server.url).port };
}

describe('the base URL', () => {
  test('may be a name of a private address, as it is the operator who says so', async () => {
    const { port } = await servePages(() => undefined);
    const { lookup, asked } = fakeLookup([['127.0.0.1']]);
    expect(
      (await readAll(open(`http://erp.internal:${port}`, undefined, { http: { lookup } }))).records,
    ).toEqual([{ id: 'A' }]);
    expect(asked).toEqual(['erp.internal']);
  });

  test.each([[['169.254.169.254']], [['127.0.0.1', 'fd00:ec2::254']], [['::ffff:169.254.169.254']]])(
    'is not dialled where its name leads to a metadata service: %s',
    async (addresses) => {
      const { port, seen } = await servePages(() => undefined);
      const { lookup, asked } = fakeLookup([addresses]);
      const message = await messageOf(
        readAll(open(`http://erp.example:${port}`, undefined, { http: { lookup } })),
      );
      expect(message).toMatch(
        /erp: GET \/things\?key=1: nothing was sent, as erp\.example stands at \S+, the metadata service of a cloud \(TL_ADDRESS_REFUSED\): if that is meant, name/,
      );
      expect({ seen, asked }).toEqual({ seen: [], asked: ['erp.example'] });
    },
  );
});

describe('a next page that an answer names', () => {
  test('is read at another origin only where the connection allows it', async () => {
    const other = await serve(() => ({ json: { items: [{ id: 'B' }] } }));
    const { url } = await servePages(() => `${other.url}/more`);
    expect(await messageOf(readAll(open(url, undefined)))).toMatch(
      /the next page must stand at http:\/\/127\.0\.0\.1:\d+, as the base URL does, or at a host that `network\.allow` of the connection names/,
    );
    expect(await messageOf(readAll(open(url, ['10.0.0.0/8', 'localhost'])))).toContain(
      'the next page must stand at',
    );
    expect(other.seen).toEqual([]);
    expect((await readAll(open(url, ['127.0.0.0/8']))).records).toEqual([{ id: 'A' }, { id: 'B' }]);
  });

  test.each([
    ['basic', { type: 'basic', username: 'u', password: 'geheim-1' }],
    ['bearer', { type: 'bearer', token: 'geheim-1' }],
    ['a key in the URL', { type: 'apiKey', in: 'query', name: 'token', value: 'geheim-1' }],
  ])('is asked for there without credentials: %s', async (_name, auth) => {
    const other = await serve(({ path }) => ({
      json: { items: [{ id: path }], ...(path === '/more' && { next: 'rest?x=1' }) },
    }));
    const { url, seen } = await servePages(
      () => `${other.url.replace('//', '//user:geheim-1@')}/more#geheim-1`,
    );
    const config = { auth, headers: { 'x-api-key': 'geheim-2' } };
    const { records } = await readAll(open(url, ['127.0.0.1'], { config }));
    expect(records).toEqual([{ id: 'A' }, { id: '/more' }, { id: '/rest' }]);
    expect(JSON.stringify(seen.map(({ headers, url }) => [headers, url]))).toMatch(/geheim-1|Basic/);
    expect(other.seen.map(({ url }) => url)).toEqual(['/more', '/rest?x=1']);
    expect(JSON.stringify(other.seen)).not.toMatch(/geheim|authorization|Basic/i);
  });

  test('of a search by POST is not asked for there, as its body was meant for the system', async () => {
    const other = await serve(() => ({ json: { items: [] } }));
    const { url } = await servePages(() => `${other.url}/more`);
    const read = { ...things.read, method: 'POST', path: '/things', body: { all: true } };
    const connection = openHttp(url, { things: { key: 'id', read } }, { network: { allow: ['127.0.0.1'] } });
    expect(await messageOf(readAll(connection.resources['things']!))).toContain(
      'only requests without a body',
    );
    expect(other.seen).toEqual([]);
  });

  test('is not read where a name among many stands at a special address, unless that is allowed', async () => {
    const { url, port, seen } = await servePages((port) => `http://a.files.example:${port}/more`);
    const { lookup } = fakeLookup([['127.0.0.1']]);
    const http = { lookup };
    const message = await messageOf(readAll(open(url, ['*.files.example'], { http })));
    expect(message).toContain('a.files.example stands at 127.0.0.1, this machine itself (loopback)');
    expect(seen.map(({ path }) => path)).toEqual(['/things']);
    const allowed = [['*.files.example', '127.0.0.0/8'], ['a.files.example']];
    for (const allow of allowed) expect((await readAll(open(url, allow, { http }))).records).toHaveLength(2);
    expect(seen.filter(({ path }) => path === '/more').map(({ headers }) => headers.host)).toEqual(
      allowed.map(() => `a.files.example:${port}`),
    );
  });

  test.each<[string, readonly Addresses[]]>([
    ['of another answer a moment later', [['127.0.0.1'], ['127.0.0.2']]],
    ['one among several', [['127.0.0.1'], ['127.0.0.1', '127.0.0.2', '10.0.0.1']]],
    ['of IPv6', [['127.0.0.1'], ['127.0.0.1', '::1']]],
    ['mapped into IPv6', [['127.0.0.1'], ['::ffff:127.0.0.2']]],
  ])('cannot be led elsewhere by a name server that changes its mind: %s', async (_name, answers) => {
    const server = await serve(({ path }) => ({
      headers: { connection: 'close' },
      json: {
        items: [{ id: path }],
        next: `http://a.files.example:${new URL(server.url).port}/${path.length}`,
      },
    }));
    const { lookup, asked } = fakeLookup(answers);
    // 127.0.0.2 is this machine as well: whoever dialled it would be answered.
    const message = await messageOf(
      readAll(open(server.url, ['*.files.example', '127.0.0.1'], { http: { lookup } })),
    );
    expect(message).toMatch(/a\.files\.example stands at \S+, (this machine|a private)/);
    expect(server.seen.map(({ path }) => path)).toEqual(['/things', '/7']);
    expect(asked).toHaveLength(2);
  });
});

test('an id, a key or a value that is a URL stays in its place', async () => {
  const url = 'http://169.254.169.254/../x?y#z';
  const server = await serve(({ path }) => ({
    json: path === '/things' ? { items: [{ id: url, link: url }] } : { id: url, Location: url },
    headers: { location: url },
  }));
  const resource = {
    key: 'id',
    read: {
      path: '/things',
      records: 'items',
      attach: { lines: { path: '{{record.link}}/{{record.id}}', records: '$' } },
    },
    find: { path: '{{key}}' },
    create: { path: '/create', query: { back: '{{payload.link}}' }, id: 'id' },
    update: { path: '{{id}}' },
  };
  const { read, find, create, update } = openHttp(server.url, { things: resource }).resources['things']!;
  for await (const _ of read!({ where: {}, signal: never }));
  await find!([url], never).catch(() => {});
  const write = { key: url, payload: { link: url }, idempotencyKey: 'i' };
  await create!([write], never);
  await update!([{ ...write, id: url }], never);
  const encoded = encodeURIComponent(url);
  expect(server.seen.map(({ url: asked }) => asked)).toEqual([
    '/things',
    `/${encoded}/${encoded}`,
    `/${encoded}`,
    expect.stringMatching(/^\/create\?back=http/),
    `/${encoded}`,
  ]);
});

test('the endpoint for tokens leads nowhere else', async () => {
  const other = await serve(() => ({ json: { access_token: 'T' } }));
  const server = await serve(() => ({ status: 307, headers: { location: `${other.url}/token` } }));
  const auth = {
    ...{ type: 'oauth2', grant: 'clientCredentials', clientId: 'me', clientSecret: 'geheim' },
    tokenUrl: `${server.url}/token`,
  };
  const message = await messageOf(readAll(open(server.url, ['127.0.0.1'], { config: { auth } })));
  expect(message).toMatch(
    /token request to 127\.0\.0\.1:\d+ answered 307: a redirect to .*Redirects are not followed/,
  );
  expect(other.seen).toEqual([]);
});

test('what is looked up is judged whole, and handed on as it came', async () => {
  const look = (answers: readonly Addresses[], all: boolean) =>
    new Promise((resolve) => {
      guardLookup(fakeLookup(answers).lookup, compileAllowance())('x.example', { all }, (error, found) =>
        resolve(error === null ? found : error.message),
      );
    });
  expect(await look([['8.8.8.8']], false)).toBe('8.8.8.8');
  expect(await look([['8.8.8.8', '2606:4700::1111']], true)).toHaveLength(2);
  expect(await look([['8.8.8.8', '10.0.0.1']], true)).toBe('x.example stands at 10.0.0.1, a private address');
  expect(await look([['10.0.0.1']], false)).toBe('x.example stands at 10.0.0.1, a private address');
  expect(await look([[]], true)).toEqual([]);
});

test('over a proxy, which looks names up itself, what a host says of itself is judged', async () => {
  const proxy = await startProxy();
  const through = { http: proxy.url, https: proxy.url, except: '127.0.0.1' };
  const readVia = async (next: string, allow: readonly string[]) => {
    const { url } = await servePages(() => next);
    return await messageOf(readAll(open(url, allow, { network: { proxy: through } })));
  };
  expect(await readVia('http://metadata.google.internal/x', ['*.internal'])).toContain(
    'is the metadata service',
  );
  expect(await readVia('http://x.localhost/', ['*.localhost'])).toContain(
    'x.localhost is this machine itself',
  );
  expect(await readVia('http://169.254.169.254/x', ['169.254.0.0/16'])).toContain('is the metadata service');
  expect(proxy.seen).toEqual([]);
  expect(await readVia('http://a.internal/x', ['*.internal'])).toBe('all was read');
  // The operator's own word, whatever it is.
  const network = { proxy: { ...through, except: '' } };
  expect(await messageOf(readAll(open('http://10.0.0.7', undefined, { network })))).toBe('all was read');
  expect(proxy.seen).toEqual(['GET http://a.internal/x', 'GET http://10.0.0.7/things?key=1']);
});
