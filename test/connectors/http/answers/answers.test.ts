import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../../src/contract/connector.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import {
  createTestClock,
  faultOf,
  item,
  never,
  type OpenOptions,
  openHttp,
  readAll,
  serveThings,
} from '../open-http.ts';
import type { Answer, SeenRequest } from '../test-server.ts';

const declaration: JsonObject = {
  read: { path: '/things' },
  find: { path: '/things/{{key}}' },
  create: { path: '/things' },
  update: { path: '/things/{{id}}' },
  upsert: { path: '/things/{{key}}' },
  delete: { path: '/things/{{id}}' },
};

type Operation = 'read' | 'find' | 'create' | 'update' | 'upsert' | 'delete';
const operations: readonly Operation[] = ['read', 'find', 'create', 'update', 'upsert', 'delete'];

/** `ok`, `not there`, or the code of the fault, whether thrown or a record's own. */
async function outcomeOf(things: Resource, operation: Operation): Promise<string> {
  try {
    if (operation === 'read') return (await readAll(things)) && 'ok';
    if (operation === 'find') return (await things.find!(['a'], never))[0] === undefined ? 'not there' : 'ok';
    const [result] = await things[operation]!([item('a', { id: 'a' })], never);
    return result?.ok === false ? result.fault.code : 'ok';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

const table: readonly [status: number, ...outcomes: string[]][] = [
  //     read                      find                      create                    update                    upsert                    delete
  [200, 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  [201, 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
  [304, ...operations.map(() => 'TL_SYSTEM_BAD_RESPONSE')],
  [400, 'TL_SOURCE_REJECTED', 'TL_TARGET_FIND_REFUSED', ...Array<string>(4).fill('TL_TARGET_REJECTED')],
  [401, ...operations.map(() => 'TL_AUTH_REFUSED')],
  [403, ...operations.map(() => 'TL_AUTH_FORBIDDEN')],
  [
    404,
    'TL_SOURCE_REJECTED',
    'not there',
    'TL_TARGET_REJECTED',
    'TL_TARGET_NOT_FOUND',
    'TL_TARGET_REJECTED',
    'ok',
  ],
  [
    408,
    'TL_SYSTEM_UNAVAILABLE',
    'TL_SYSTEM_UNAVAILABLE',
    'TL_TARGET_UNKNOWN',
    ...Array<string>(3).fill('TL_SYSTEM_UNAVAILABLE'),
  ],
  [409, 'TL_SOURCE_REJECTED', 'TL_TARGET_FIND_REFUSED', ...Array<string>(4).fill('TL_TARGET_DUPLICATE')],
  [412, 'TL_SOURCE_REJECTED', 'TL_TARGET_FIND_REFUSED', ...Array<string>(4).fill('TL_TARGET_CONFLICT')],
  [422, 'TL_SOURCE_REJECTED', 'TL_TARGET_FIND_REFUSED', ...Array<string>(4).fill('TL_TARGET_REJECTED')],
  [425, ...operations.map(() => 'TL_SYSTEM_UNAVAILABLE')],
  [429, ...operations.map(() => 'TL_SYSTEM_THROTTLED')],
  [
    500,
    'TL_SYSTEM_UNAVAILABLE',
    'TL_SYSTEM_UNAVAILABLE',
    'TL_TARGET_UNKNOWN',
    ...Array<string>(3).fill('TL_SYSTEM_UNAVAILABLE'),
  ],
  [
    502,
    'TL_SYSTEM_UNAVAILABLE',
    'TL_SYSTEM_UNAVAILABLE',
    'TL_TARGET_UNKNOWN',
    ...Array<string>(3).fill('TL_SYSTEM_UNAVAILABLE'),
  ],
  [503, ...operations.map(() => 'TL_SYSTEM_UNAVAILABLE')],
  [
    504,
    'TL_SYSTEM_UNAVAILABLE',
    'TL_SYSTEM_UNAVAILABLE',
    'TL_TARGET_UNKNOWN',
    ...Array<string>(3).fill('TL_SYSTEM_UNAVAILABLE'),
  ],
];

describe('the table of answers', () => {
  test.each(table)('understands %i', async (status, ...expected) => {
    const { things } = await serveThings(declaration, ({ method, path }) => ({
      status,
      ...(status !== 304 && { json: method === 'GET' && path === '/things' ? [] : { id: 'a' } }),
    }));
    const outcomes = [];
    for (const operation of operations) outcomes.push(await outcomeOf(things, operation));
    expect(outcomes).toEqual(expected);
  });

  test.each<[Answer, 'unwritten' | 'over' | 'in doubt']>([
    [{ status: 425, json: {} }, 'unwritten'],
    [{ status: 429, json: {} }, 'unwritten'],
    [{ status: 301, json: {} }, 'over'],
    [{ status: 400, json: {} }, 'over'],
    [{ status: 500, json: {} }, 'over'],
    [{ status: 501, text: 'no' }, 'over'],
    [{ status: 503, text: '' }, 'over'],
    [{ status: 507, json: {} }, 'over'],
    [{ status: 408, json: {} }, 'in doubt'],
    [{ status: 502, text: '<html></html>' }, 'in doubt'],
    [{ status: 504, json: {} }, 'in doubt'],
    [{ status: 524, text: '' }, 'in doubt'],
    [{ status: 200, text: '<html></html>' }, 'in doubt'],
    [{ status: 201, text: '' }, 'in doubt'],
    [{ status: 200, text: '{"id": "a' }, 'in doubt'],
    [{ status: 200, json: {} }, 'in doubt'],
    ['cut', 'in doubt'],
    ['hang', 'in doubt'],
  ])('says of a create answered with %j that it is %s', async (answer, expected) => {
    const create = { path: '/things', id: 'id' };
    const { things } = await serveThings({ ...declaration, create }, () => answer, {
      config: { timeout: '500ms' },
    });
    const [result] = await things.create!([item('a', { id: 'a' })], never);
    const { isUnwritten, isOver } = result as { isUnwritten?: true; isOver?: true };
    expect(isUnwritten ? 'unwritten' : isOver ? 'over' : 'in doubt').toBe(expected);
  });

  const lost: readonly [answer: Answer, options: OpenOptions][] = [
    ['cut', {}],
    ['hang', { config: { timeout: '60ms' } }],
  ];
  test.each(lost)(
    'takes a write whose reply is lost (%s) for unknown, a read for a timeout',
    async (answer, options) => {
      const { server, things } = await serveThings(declaration, () => answer, options);
      const outcomes = [];
      for (const operation of operations) outcomes.push(await outcomeOf(things, operation));
      expect(outcomes).toEqual([
        'TL_SYSTEM_TIMEOUT',
        'TL_SYSTEM_TIMEOUT',
        ...Array<string>(4).fill('TL_TARGET_UNKNOWN'),
      ]);
      expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
      expect(server.seen.filter(({ method }) => method === 'PATCH')).toHaveLength(3);
    },
  );

  test('says that nobody is there', async () => {
    const things = openHttp('http://127.0.0.1:1', { things: { key: 'id', ...declaration } }).resources[
      'things'
    ]!;
    for (const operation of operations)
      expect(await outcomeOf(things, operation)).toBe('TL_SYSTEM_UNREACHABLE');
    await expect(things.create!([item('a')], never)).rejects.toMatchObject({ code: 'TL_SYSTEM_UNREACHABLE' });
  });

  test('lets rows of a manifest go first', async () => {
    const responses = [
      { status: 409, when: "error.code = 'Closed'", code: 'TL_SYSTEM_UNAVAILABLE', because: 'nightly close' },
      {
        status: [400, 422],
        when: "$contains(error.message, 'exists')",
        code: 'TL_TARGET_DUPLICATE',
        because: 'says so in words',
      },
      { status: 200, when: 'success = false', code: 'TL_TARGET_REJECTED', because: 'refuses with 200' },
      { status: '5xx', code: 'TL_TARGET_REJECTED', because: 'all its refusals are 500' },
    ];
    const answers: readonly Answer[] = [
      { status: 409, json: { error: { code: 'Closed' } } },
      { status: 409, json: { error: { code: 'Other' } } },
      { status: 422, json: { error: { message: 'it exists' } } },
      { status: 422, json: { error: { message: 7 } } },
      { json: { success: false } },
      { json: { success: true } },
      { status: 507 },
    ];
    const { things } = await serveThings(declaration, (_request, index) => answers[index]!, {
      manifest: { responses },
    });
    const outcomes = [];
    for (const _answer of answers) outcomes.push(await outcomeOf(things, 'create'));
    expect(outcomes).toEqual([
      'TL_SYSTEM_UNAVAILABLE',
      'TL_TARGET_DUPLICATE',
      'TL_TARGET_DUPLICATE',
      'TL_TARGET_REJECTED',
      'TL_TARGET_REJECTED',
      'ok',
      'TL_TARGET_REJECTED',
    ]);
  });
});

describe('what a fault tells', () => {
  test('the operation as declared, the status and the words of the system, but nothing of the record', async () => {
    const { things } = await serveThings(
      { create: { path: '/things/{{key}}', query: { q: '{{key}}' } } },
      () => ({
        status: 400,
        json: { error: { message: `  Name is\n missing ${'!'.repeat(400)}`, code: 'E7' } },
      }),
    );
    const [result] = await things.create!(
      [item('private-key', { payload: { iban: 'private-payload' } })],
      never,
    );
    const fault = result?.ok === false ? result.fault : undefined;
    expect(fault?.message).toMatch(/^erp: POST \/things\/\{\{key\}\} answered 400: Name is missing !+…$/);
    expect(fault?.answer).toMatchObject({ status: 400, code: 'E7' });
    expect(fault?.answer?.message).toHaveLength(300);
    expect(JSON.stringify([fault, fault?.message, fault?.stack])).not.toContain('private-');
  });

  test('keeps the request out of the cause', async () => {
    const { things } = await serveThings(declaration, () => 'cut', {
      config: { auth: { type: 'bearer', token: 'private-token' } },
    });
    const fault = await faultOf(readAll(things));
    expect(Object.keys(fault.cause as object)).not.toContain('config');
    expect(JSON.stringify([fault, fault.cause, (fault.cause as Error).stack])).not.toContain('private-token');
  });
});

describe('answers that are no answers', () => {
  const html = '<!doctype html>\n<html><head><title>Sign\n in</title></head><body>private</body></html>';
  const cases: readonly [name: string, reply: Answer, message: string][] = [
    [
      'an HTML page',
      { text: html, headers: { 'content-type': 'text/html; charset=utf-8' } },
      'an HTML page titled "Sign in" (content type text/html), where JSON was expected',
    ],
    [
      'an HTML page that says it is JSON',
      { text: html, headers: { 'content-type': 'application/json' } },
      'an HTML page titled "Sign in" (content type application/json), where JSON was expected',
    ],
    [
      'text',
      { text: 'OK', headers: { 'content-type': 'text/plain' } },
      'text that is not JSON (content type text/plain), where JSON was expected: OK',
    ],
    [
      'broken JSON',
      { text: '{"a":', headers: { 'content-type': 'application/json' } },
      '5 characters that are not valid JSON, where JSON was expected: {"a":',
    ],
    ['nothing', {}, 'nothing, where JSON was expected'],
  ];
  test.each(cases)('refuses %s where JSON is due', async (_name, reply, message) => {
    const { things } = await serveThings(declaration, () => reply);
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SYSTEM_BAD_RESPONSE',
      message: `erp: GET /things answered 200 with ${message}`,
    });
  });

  test('takes an HTML page for a failed write, and for an unknown one where it cannot be repeated', async () => {
    const { things } = await serveThings(declaration, () => ({
      text: html,
      headers: { 'content-type': 'text/html' },
    }));
    expect(await outcomeOf(things, 'update')).toBe('TL_SYSTEM_BAD_RESPONSE');
    expect(await outcomeOf(things, 'create')).toBe('TL_TARGET_UNKNOWN');
  });

  test('needs no answer to a write but its status', async () => {
    const { things } = await serveThings(declaration, ({ method }) =>
      method === 'POST' ? { status: 204 } : { text: 'OK', headers: { 'content-type': 'text/plain' } },
    );
    expect([await outcomeOf(things, 'create'), await outcomeOf(things, 'upsert')]).toEqual(['ok', 'ok']);
  });

  test.each([
    ['a byte order mark', { text: '\uFEFF[{"id":1}]', headers: { 'content-type': 'application/json' } }],
    ['another content type', { text: ' [{"id":1}]', headers: { 'content-type': 'text/plain' } }],
    ['no content type', { text: '[{"id":1}]' }],
    [
      'a vendor type',
      { text: '[{"id":1}]', headers: { 'content-type': 'application/vnd.acme+json; charset=utf-8' } },
    ],
    [
      'gzip',
      {
        text: gzipSync('[{"id":1}]'),
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      },
    ],
  ] as readonly [string, Answer][])('reads JSON with %s', async (_name, reply) => {
    const { things } = await serveThings(declaration, () => reply);
    expect((await readAll(things)).records).toEqual([{ id: 1 }]);
  });

  test.each([
    ['as it comes', (text: string): Answer => ({ text })],
    [
      'as it unpacks',
      (text: string): Answer => ({ text: gzipSync(text), headers: { 'content-encoding': 'gzip' } }),
    ],
  ])('stops an answer that is too large, %s', async (_name, reply) => {
    const { things } = await serveThings(
      declaration,
      () => reply(JSON.stringify([{ id: 'x'.repeat(100_000) }])),
      { config: { maxResponse: '50KB' } },
    );
    expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_SYSTEM_RESPONSE_TOO_LARGE' });
    expect(await outcomeOf(things, 'create')).toBe('TL_TARGET_UNKNOWN');
  });
});

describe('retries inside a call', () => {
  const failing = (first: Answer) => (_request: unknown, index: number) =>
    index < 2 ? first : { json: { id: 'a' } };

  test.each(
    operations.map(
      (operation) => [operation, operation === 'create' ? 'TL_SYSTEM_UNAVAILABLE' : 'ok'] as const,
    ),
  )('repeats a %s where twice is as good as once', async (operation, expected) => {
    const { server, things } = await serveThings(declaration, failing({ status: 503 }));
    expect(await outcomeOf(things, operation)).toBe(expected);
    expect(server.seen).toHaveLength(operation === 'create' ? 1 : 3);
  });

  test.each([
    ['sends an idempotency key', { path: '/things', headers: { 'Idempotency-Key': '{{idempotencyKey}}' } }],
    ['says that it can be repeated', { path: '/things', idempotent: true }],
    ['is a PUT', { method: 'PUT', path: '/things' }],
  ])('repeats a create that %s', async (_name, create) => {
    const { server, things } = await serveThings({ create }, failing('cut'));
    expect(await outcomeOf(things, 'create')).toBe('ok');
    expect(server.seen).toHaveLength(3);
  });

  test('waits a short Retry-After, and hands on a long one, in both forms', async () => {
    const clock = createTestClock();
    const date = new Date(clock.now() + 90_000).toUTCString();
    const answers: Answer[] = [
      { status: 429, headers: { 'retry-after': '0.05' } },
      { json: [] },
      { status: 429, headers: { 'retry-after': '60' } },
      { status: 429, headers: { 'retry-after': date } },
      { status: 503, headers: { 'retry-after': '120' } },
      { status: 429, headers: { 'retry-after': new Date(clock.now() - 5_000).toUTCString() } },
      { json: [] },
    ];
    const { server, things } = await serveThings(declaration, (_request, index) => answers[index]!, {
      clock,
    });
    await readAll(things);
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SYSTEM_THROTTLED',
      kind: 'throttled',
      retryAfterMs: 60_000,
    });
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SYSTEM_THROTTLED',
      retryAfterMs: 90_000,
    });
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SYSTEM_UNAVAILABLE',
      retryAfterMs: 120_000,
    });
    await readAll(things);
    expect(server.seen).toHaveLength(answers.length);
  });
});

describe('limits', () => {
  test('has no more requests under way than the connection allows', async () => {
    let now = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const { things } = await serveThings(
      declaration,
      async () => {
        now += 1;
        most = Math.max(most, now);
        // The first three answer only when all three are there.
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length >= 3) for (const go of waiting) go();
        });
        now -= 1;
        return { json: { id: 'a' } };
      },
      { limits: { concurrency: 3 } },
    );
    await things.create!(
      Array.from({ length: 12 }, (_each, index) => item(`k${index}`)),
      never,
    );
    expect(most).toBe(3);
  });

  test('has more and more requests under way where nobody says how many, and all are answered as quickly', async () => {
    const { most, create } = await serveSlowly(() => ({ json: { id: 'a' } }));
    await create(1_500);
    expect(most()).toBeGreaterThan(16);
    expect(most()).toBeLessThanOrEqual(64);
  });

  test.each([429, 503])('has no more than at first for a while after a %d', async (status) => {
    const { most, create } = await serveSlowly((_request, index) =>
      index === 0 ? { status } : { json: { id: 'a' } },
    );
    await create(1);
    await create(700);
    expect(most()).toBe(16);
  });

  test('spreads requests over time', async () => {
    const { things } = await serveThings(declaration, () => ({ json: { id: 'a' } }), {
      limits: { requestsPerSecond: 100 },
    });
    const started = performance.now();
    await things.create!(
      Array.from({ length: 25 }, (_each, index) => item(`k${index}`)),
      never,
    );
    // 25 at 100 a second, of which a tenth of a second's worth may go at once.
    expect(performance.now() - started).toBeGreaterThan(120);
  });

  test('stops waiting when it is stopped', async () => {
    const { server, things } = await serveThings(declaration, () => ({ json: [] }), {
      limits: { requestsPerSecond: 0.01 },
    });
    await readAll(things);
    const stop = new AbortController();
    const reading = readAll(things, { signal: stop.signal });
    stop.abort(new Error('shutting down'));
    await expect(reading).rejects.toThrow('shutting down');
    expect(server.seen).toHaveLength(1);
  });
});

/** A system that takes 10 ms for each answer, however many requests it has; nobody says how many it may have. */
async function serveSlowly(answer: (request: SeenRequest, index: number) => Answer) {
  let now = 0;
  let most = 0;
  const { things } = await serveThings(declaration, async (request, index) => {
    now += 1;
    most = Math.max(most, now);
    await wait(10);
    now -= 1;
    return answer(request, index);
  });
  return {
    most: () => most,
    create: (count: number) =>
      things.create!(
        Array.from({ length: count }, (_each, index) => item(`k${index}`)),
        never,
      ).catch(() => {}),
  };
}
