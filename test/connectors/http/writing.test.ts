import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import { faultOf, item, never, serveThings } from './open-http.ts';
import type { Answer, SeenRequest } from './test-server.ts';

describe('what is sent of an item', () => {
  const text = '{"id":"a","exact":12345678901234567890.10}';

  test('is the text of its payload where that is at hand, in every digit', async () => {
    const { server, things } = await serveThings(
      { key: 'id', create: { path: '/things' }, update: { path: '/things/{{key}}' } },
      () => ({ json: {} }),
    );
    await things.create!([item('a', { text })], never);
    await things.update!([item('a', { text })], never);
    expect(server.seen.map(({ text: body }) => body)).toEqual([text, text]);
  });

  test('is not that text where the operation has a body of its own, or none', async () => {
    const { server, things } = await serveThings(
      {
        key: 'id',
        create: { path: '/things', body: { only: 'payload.id' } },
        update: { path: '/things', bulk: { size: 2, body: { all: 'records.payload[]' } } },
        delete: { path: '/things/{{key}}' },
      },
      () => ({ json: {} }),
    );
    await things.create!([item('a', { text })], never);
    await things.update!([item('a', { text })], never);
    await things.delete!([item('a', { text })], never);
    expect(server.seen.map(({ body }) => body)).toEqual([{ only: 'a' }, { all: [{ id: 'a' }] }, undefined]);
  });

  test('has an idempotency key that is worked out only where it is sent', async () => {
    let asked = 0;
    const lazy = () => ({
      key: 'a',
      payload: { id: 'a' },
      get idempotencyKey() {
        asked += 1;
        return 'effect-a';
      },
    });
    const { server, things } = await serveThings(
      {
        key: 'id',
        create: { path: '/things' },
        update: { path: '/things/{{key}}' },
        upsert: { path: '/things', headers: { 'Idempotency-Key': '{{idempotencyKey}}' } },
      },
      () => ({ json: {} }),
    );
    await things.create!([lazy()], never);
    await things.update!([lazy()], never);
    expect(asked).toBe(0);
    await things.upsert!([lazy()], never);
    expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([
      undefined,
      undefined,
      'effect-a',
    ]);
  });

  test('goes to each connection by itself, with its own address, headers and credentials', async () => {
    const config = (token: string) => ({
      config: { headers: { x: token }, auth: { type: 'bearer', token } },
    });
    const declared = { key: 'id', create: { path: '/things' } };
    const [one, other] = await Promise.all(
      ['first', 'other'].map((token) => serveThings(declared, () => ({ json: {} }), config(token))),
    );
    for (const { things } of [one!, other!, one!]) await things.create!([item('a')], never);
    const seen = [...one!.server.seen, ...other!.server.seen].map(({ headers }) => [
      headers['x'],
      headers.authorization,
    ]);
    expect(seen).toEqual([
      ['first', 'Bearer first'],
      ['first', 'Bearer first'],
      ['other', 'Bearer other'],
    ]);
  });
});

describe('single writes', () => {
  test('sends the payload, or the declared body, and gives id and etag of the answer', async () => {
    const { server, things } = await serveThings(
      {
        key: 'no',
        id: 'guid',
        etag: '`@etag`',
        create: { path: '/things', id: 'data.guid', headers: { 'X-Key': '{{key}}', 'X-Tag': '{{etag}}' } },
        update: {
          path: '/things({{id}})',
          headers: { 'If-Match': '{{etag}}' },
          body: { name: 'payload.name', by: 'config.headers.x' },
        },
      },
      ({ method }) =>
        method === 'POST'
          ? { json: { data: { guid: 7 } }, headers: { etag: '"1"' } }
          : { json: { no: 'a', guid: "g'1", '@etag': 'W/2' } },
      { config: { headers: { x: 'us' } } },
    );
    expect(await things.create!([item('a', { payload: { name: 'A' } })], never)).toEqual([
      { ok: true, id: '7', etag: '"1"' },
    ]);
    expect(
      await things.update!([item('a', { id: "g'1", etag: 'W/1', payload: { name: 'B', x: 1 } })], never),
    ).toEqual([{ ok: true, id: "g'1", etag: 'W/2' }]);
    expect(server.seen[0]).toMatchObject({
      url: '/things',
      body: { name: 'A' },
      headers: { 'x-key': 'a', 'content-type': 'application/json', x: 'us' },
    });
    expect(server.seen[0]!.headers['x-tag']).toBeUndefined();
    expect(server.seen[1]).toMatchObject({
      method: 'PATCH',
      url: "/things(g'1)",
      body: { name: 'B', by: 'us' },
      headers: { 'if-match': 'W/1' },
    });
  });

  const parts = [
    [{ path: '/things/{{payload.no}}' }, {}, 'TL_MAP_FAILED', 'needs `payload.no`, which has no value here'],
    [{ path: '/things/{{payload.no}}' }, { no: null }, 'TL_MAP_FAILED', 'has no value here'],
    [{ path: '/things/{{payload.no}}' }, { no: {} }, 'TL_MAP_FAILED', 'must give a text'],
    [{ path: '/things/{{payload.no}}' }, { no: '' }, 'TL_KEY_MISSING', 'empty'],
    [{ path: '/{{config.x}}/{{payload.no}}' }, { no: 'a' }, 'TL_CONNECTION_CONFIG', 'needs `config.x`'],
    [{ path: '/t', query: { q: '{{payload.no}}' } }, { no: { a: 1 } }, 'TL_MAP_FAILED', 'query parameter q'],
    [{ path: '/t', query: { q: '{{payload.no}}' } }, { no: [{}] }, 'TL_MAP_FAILED', 'query parameter q'],
    [{ path: '/t', query: { q: '{{config.o}}' } }, {}, 'TL_CONNECTION_CONFIG', 'query parameter q'],
    [{ path: '/t', headers: { 'X-No': '{{payload.no}}' } }, { no: {} }, 'TL_MAP_FAILED', 'header X-No'],
    [
      { path: '/t', headers: { 'X-No': '{{payload.no}}' } },
      { no: '\u20ac' },
      'TL_KEY_INVALID',
      'header x-no',
    ],
    [{ path: '/t', headers: { 'X-No': 'a{{config.euro}}' } }, {}, 'TL_CONNECTION_CONFIG', 'header x-no'],
    [{ path: '/t', headers: { 'X-No': '{{config.o}}' } }, {}, 'TL_CONNECTION_CONFIG', 'header X-No'],
  ] as const;

  test.each(parts)(
    'of %j with %j says %s: what belongs to one record is its own fault',
    async (request, payload, code, words) => {
      const config = { euro: '\u20ac', o: { a: 1 } };
      const { things } = await serveThings({ create: request }, () => ({ json: {} }), { config });
      const results = await things.create!([item('a', { payload })], never);
      expect(results).toMatchObject([
        { ok: false, fault: { code, message: expect.stringContaining(words) } },
      ]);
    },
  );

  test('answers per item, in their order', async () => {
    const { things } = await serveThings({ create: { path: '/things', id: 'id' } }, ({ body }) => {
      const { id } = body as { id: string };
      return id === 'bad' ? { status: 422, json: { message: 'no' } } : { json: { id: `id-${id}` } };
    });
    expect(await things.create!([item('a'), item('bad'), item('c')], never)).toMatchObject([
      { ok: true, id: 'id-a' },
      { ok: false, fault: { code: 'TL_TARGET_REJECTED', answer: { message: 'no' } } },
      { ok: true, id: 'id-c' },
    ]);
  });

  test('has a fault of its own for an item that a path needs more of', async () => {
    const { server, things } = await serveThings({ update: { path: '/things/{{id}}' } }, () => ({
      json: {},
    }));
    const [without, withId] = await things.update!([item('a'), item('b', { id: 'b' })], never);
    expect(without).toMatchObject({
      ok: false,
      fault: {
        code: 'TL_MAP_FAILED',
        message:
          'connections.erp.resources.things.update.path: /things/{{id}} needs `id`, which has no value here',
      },
    });
    expect(withId).toMatchObject({ ok: true });
    expect(server.seen).toHaveLength(1);
  });

  test('does not know of a create whose answer cannot be read as declared', async () => {
    const { things } = await serveThings({ create: { path: '/things', id: '$lowercase(data.id)' } }, () => ({
      json: { data: { id: 1 } },
    }));
    expect(await things.create!([item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
    ]);
  });

  test('leaves a write open whose reply was lost, whatever is said when it is sent again', async () => {
    const { server, things } = await serveThings(
      { upsert: { path: '/things/{{key}}' } },
      (_request, index) => (index === 0 ? 'cut' : { status: 409 }),
    );
    expect(await things.upsert!([item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
    ]);
    expect(server.seen).toHaveLength(2);
  });

  test('throws where the connection fails before anything was written', async () => {
    const { server, things } = await serveThings({ create: { path: '/things' } }, () => ({ status: 401 }), {
      limits: { concurrency: 1 },
    });
    expect(await faultOf(things.create!([item('a'), item('b'), item('c')], never))).toMatchObject({
      code: 'TL_AUTH_REFUSED',
    });
    expect(server.seen).toHaveLength(1);
  });

  test('gives the rest the fault of the connection where some were written, and sends no more', async () => {
    const { server, things } = await serveThings(
      { create: { path: '/things', id: 'id' } },
      (_request, index) => (index === 0 ? { json: { id: 'a' } } : { status: 401 }),
      { limits: { concurrency: 1 } },
    );
    expect(await things.create!([item('a'), item('b'), item('c')], never)).toMatchObject([
      { ok: true, id: 'a' },
      { ok: false, fault: { code: 'TL_AUTH_REFUSED' } },
      { ok: false, fault: { code: 'TL_AUTH_REFUSED' } },
    ]);
    expect(server.seen).toHaveLength(2);
  });

  test('sends no more when it is told to wait', async () => {
    const { server, things } = await serveThings(
      { create: { path: '/things' } },
      () => ({ status: 429, headers: { 'retry-after': '30' } }),
      { limits: { concurrency: 1 } },
    );
    const results = await things.create!([item('a'), item('b')], never);
    expect(results).toMatchObject(
      Array(2).fill({ ok: false, fault: { code: 'TL_SYSTEM_THROTTLED', retryAfterMs: 30_000 } }),
    );
    expect(server.seen).toHaveLength(1);
  });

  test('does not know what became of a write that it was stopped in', async () => {
    const stop = new AbortController();
    const { things } = await serveThings(
      { create: { path: '/things' } },
      () => {
        stop.abort(new Error('shutting down'));
        return 'hang';
      },
      { limits: { concurrency: 1 } },
    );
    expect(await things.create!([item('a'), item('b')], stop.signal)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: false, fault: { code: 'TL_SYSTEM_UNREACHABLE' } },
    ]);
  });
});

describe('version tags', () => {
  const declaration: JsonObject = {
    etag: 'tag',
    find: { path: '/things/{{key}}' },
    update: { path: '/things/{{id}}', headers: { 'If-Match': '{{etag}}' } },
    delete: { path: '/things/{{id}}', headers: { 'If-Match': '{{etag}}' } },
  };
  const answer = ({ method, path, headers }: SeenRequest): Answer => {
    if (path.endsWith('gone')) return { status: 404 };
    if (method === 'GET') return { json: { id: 'a', tag: 'W/2' } };
    return headers['if-match'] === 'W/2' ? { json: { id: 'a', tag: 'W/3' } } : { status: 412 };
  };

  test('looks an item up first that comes without its tag', async () => {
    const { server, things } = await serveThings(declaration, answer);
    expect(
      await things.update!(
        [item('a', { id: 'a' }), item('gone'), item('a', { id: 'a', etag: 'W/2' })],
        never,
      ),
    ).toMatchObject([
      { ok: true, etag: 'W/3' },
      { ok: false, fault: { code: 'TL_TARGET_NOT_FOUND' } },
      { ok: true, etag: 'W/3' },
    ]);
    expect(server.seen.filter(({ method }) => method === 'GET').map(({ path }) => path)).toEqual([
      '/things/a',
      '/things/gone',
    ]);
  });

  test('takes a stale tag for a conflict, which is looked up and tried again', async () => {
    const { things } = await serveThings(declaration, answer);
    expect(await things.update!([item('a', { id: 'a', etag: 'W/1' })], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_CONFLICT', kind: 'transient' } },
    ]);
  });

  test('keeps it to one item that several records answer to its key', async () => {
    const { things } = await serveThings(
      { ...declaration, find: { path: '/things/{{key}}', records: 'all' } },
      (request) => {
        if (request.method !== 'GET') return answer(request);
        const record = { id: 'a', tag: 'W/2' };
        return { json: { all: request.path.endsWith('twice') ? [record, record] : [record] } };
      },
    );
    expect(await things.update!([item('twice'), item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_AMBIGUOUS' } },
      { ok: true, etag: 'W/3' },
    ]);
  });

  test('has deleted what is not there', async () => {
    const { things } = await serveThings(declaration, answer);
    expect(
      await things.delete!([item('gone'), item('gone', { id: 'gone', etag: 'x' })], never),
    ).toMatchObject([{ ok: true }, { ok: true }]);
  });
});

describe('bulk writes', () => {
  const bulk = (more: JsonObject): JsonObject => ({
    keyIgnores: 'case',
    create: {
      path: '/batch',
      bulk: { size: 3, body: { inputs: "records.{ 'key': key, 'value': payload }[]" }, ...more },
    },
  });
  const inputsOf = ({ body }: SeenRequest) =>
    (body as { inputs: { key: string }[] }).inputs.map(({ key }) => key);
  const items = (...keys: string[]) => keys.map((key) => item(key));

  test('sends the idempotency key of each record, and refuses to send one for all', async () => {
    const create = {
      path: '/batch',
      bulk: { size: 3, body: { all: "records.{ 'id': key, 'once': idempotencyKey }[]" } },
    };
    const { server, things } = await serveThings({ create }, () => ({ json: {} }));
    expect(things.isCreateRepeatable).toBe(true);
    await things.create!([item('a'), item('b')], never);
    expect(server.seen[0]!.body).toEqual({
      all: [
        { id: 'a', once: 'effect-a' },
        { id: 'b', once: 'effect-b' },
      ],
    });
    const headers = { 'Idempotency-Key': '{{idempotencyKey}}' };
    const refused = serveThings({ create: { path: '/batch', headers, bulk: { size: 3 } } }, () => ({
      json: {},
    }));
    expect(await faultOf(refused)).toMatchObject({ code: 'TL_WORKSPACE_INVALID' });
  });

  test('sends chunks and matches results by key', async () => {
    const { server, things } = await serveThings(
      bulk({
        results: 'results',
        match: 'email',
        id: 'id',
        failed: "status = 'error'",
        message: 'text',
        code: 'category',
      }),
      (request) => ({
        status: 207,
        json: {
          results: inputsOf(request)
            .reverse()
            .filter((key) => key !== 'lost')
            .map((key) =>
              key === 'bad'
                ? { email: key, status: 'error', text: 'no', category: 'INVALID' }
                : { email: key.toUpperCase(), id: `id-${key}` },
            ),
        },
      }),
    );
    expect(things.bulkSize).toBe(3);
    expect(await things.create!(items('a', 'bad', 'lost', 'd'), never)).toMatchObject([
      { ok: true, id: 'id-a' },
      {
        ok: false,
        fault: { code: 'TL_TARGET_REJECTED', answer: { status: 207, code: 'INVALID', message: 'no' } },
      },
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: true, id: 'id-d' },
    ]);
    expect(server.seen.map(inputsOf)).toEqual([['a', 'bad', 'lost'], ['d']]);
  });

  test('matches by position, and believes none where a result is missing', async () => {
    const { things } = await serveThings(bulk({ results: 'results', id: 'id' }), (request) => {
      const keys = inputsOf(request);
      return { json: { results: keys.filter((key) => key !== 'x').map((key) => ({ id: `id-${key}` })) } };
    });
    expect(await things.create!(items('a', 'b', 'c', 'd', 'x'), never)).toMatchObject([
      { ok: true, id: 'id-a' },
      { ok: true, id: 'id-b' },
      { ok: true, id: 'id-c' },
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
    ]);
  });

  test('reads failures from a list of their own, with the rows of the manifest', async () => {
    const { things } = await serveThings(
      bulk({
        results: 'results',
        match: 'key',
        id: 'id',
        failures: { list: 'errors', keys: 'context.keys', message: 'message', code: 'category' },
      }),
      () => ({
        status: 207,
        json: {
          results: [{ key: 'a', id: 1 }],
          errors: [{ category: 'CONFLICT', message: 'taken', context: { keys: ['b', 'c'] } }],
        },
      }),
      {
        manifest: {
          responses: [
            { status: 400, when: "category = 'CONFLICT'", code: 'TL_TARGET_DUPLICATE', because: 'says so' },
          ],
        },
      },
    );
    expect(await things.create!(items('a', 'b', 'c'), never)).toMatchObject([
      { ok: true, id: '1' },
      { ok: false, fault: { code: 'TL_TARGET_DUPLICATE', answer: { message: 'taken' } } },
      { ok: false, fault: { code: 'TL_TARGET_DUPLICATE' } },
    ]);
  });

  test('halves a request that is refused as a whole, until the record to blame is alone', async () => {
    const { server, things } = await serveThings(
      bulk({ size: 8, results: 'results', id: 'id' }),
      (request) => {
        const keys = inputsOf(request);
        if (keys.includes('bad')) return { status: 400, json: { message: 'one is bad' } };
        return { json: { results: keys.map((key) => ({ id: key })) } };
      },
    );
    const results = await things.create!(items('a', 'b', 'c', 'bad', 'e', 'f', 'g', 'h'), never);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, false, true, true, true, true]);
    expect(server.seen).toHaveLength(7);
  });

  test('knows what was written when it is stopped between two halves', async () => {
    const stop = new AbortController();
    const { things } = await serveThings(bulk({ results: 'results', id: 'id' }), (request, index) => {
      if (index === 0) return { status: 400 };
      stop.abort(new Error('shutting down'));
      return { json: { results: inputsOf(request).map((key) => ({ id: key })) } };
    });
    const results = await things.create!(items('a', 'b'), stop.signal);
    expect(results).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: false, fault: { code: 'TL_SYSTEM_UNREACHABLE' } },
    ]);
  });

  test('sends the list of payloads where no body is declared, and believes a 2xx where no results are', async () => {
    const { server, things } = await serveThings({ upsert: { path: '/batch', bulk: { size: 10 } } }, () => ({
      status: 204,
    }));
    expect(await things.upsert!(items('a', 'b'), never)).toEqual([{ ok: true }, { ok: true }]);
    expect(server.seen[0]!.body).toEqual([{ id: 'a' }, { id: 'b' }]);
  });

  test('does not know what became of any record when the reply is lost', async () => {
    const { server, things } = await serveThings(bulk({ results: 'results' }), () => 'cut');
    expect(await things.create!(items('a', 'b'), never)).toMatchObject(
      Array(2).fill({ ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } }),
    );
    expect(server.seen).toHaveLength(1);
  });
});
