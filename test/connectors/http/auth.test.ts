import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import { createTestClock, faultOf, item, never, openHttp, readAll, serve } from './open-http.ts';
import type { Answer, SeenRequest } from './test-server.ts';

const things = { things: { key: 'id', read: { path: '/things' }, create: { path: '/things' } } };

describe('credentials that do not change', () => {
  const cases: readonly [
    name: string,
    auth: JsonObject,
    seen: (request: SeenRequest) => unknown,
    expected: unknown,
  ][] = [
    ['none', { type: 'none' }, ({ headers }) => headers.authorization, undefined],
    [
      'basic',
      { type: 'basic', username: 'ana', password: 'pä:ss' },
      ({ headers }) => headers.authorization,
      `Basic ${Buffer.from('ana:pä:ss').toString('base64')}`,
    ],
    [
      'bearer',
      { type: 'bearer', token: 'a{{b}}c' },
      ({ headers }) => headers.authorization,
      'Bearer a{{b}}c',
    ],
    [
      'apiKey in a header',
      { type: 'apiKey', in: 'header', name: 'X-Key', value: 'k1' },
      ({ headers }) => headers['x-key'],
      'k1',
    ],
    [
      'apiKey in a query parameter',
      { type: 'apiKey', in: 'query', name: 'key', value: 'k&1' },
      ({ query }) => query.get('key'),
      'k&1',
    ],
  ];

  test.each(cases)('sends %s', async (_name, auth, seen, expected) => {
    const server = await serve(() => ({ json: [] }));
    await readAll(openHttp(server.url, things, { config: { auth } }).resources['things']!);
    expect(seen(server.seen[0]!)).toBe(expected);
  });

  test('sends them without a line break at their end, with reads and writes alike', async () => {
    const server = await serve(({ method }) => ({ json: method === 'GET' ? [] : {} }));
    const config = { auth: { type: 'bearer', token: 't1\r\n' }, headers: { 'X-Shop': ' north\n' } };
    const resource = openHttp(server.url, things, { config }).resources['things']!;
    await readAll(resource);
    expect(await resource.create!([item('a')], never)).toEqual([{ ok: true }]);
    expect(server.seen.map(({ headers }) => [headers.authorization, headers['x-shop']])).toEqual(
      Array(2).fill(['Bearer t1', 'north']),
    );
  });

  test('says that credentials are refused, once, without telling them', async () => {
    const server = await serve(() => ({ status: 401, json: { message: 'who are you?' } }));
    const config = { auth: { type: 'bearer', token: 'very-secret' } };
    const fault = await faultOf(readAll(openHttp(server.url, things, { config }).resources['things']!));
    expect(fault).toMatchObject({
      code: 'TL_AUTH_REFUSED',
      kind: 'config',
      answer: { status: 401, message: 'who are you?' },
    });
    expect(JSON.stringify([fault.message, fault.cause, fault.stack])).not.toContain('very-secret');
    expect(server.seen).toHaveLength(1);
  });
});

const oauth = (url: string, more: JsonObject = {}): JsonObject => ({
  type: 'oauth2',
  grant: 'clientCredentials',
  tokenUrl: `${url}/token`,
  clientId: 'id 1',
  clientSecret: 'se&cret',
  ...more,
});

/** Answers tokens t1, t2, … and lets only the newest one in. */
function createTokenAnswers(fields: (count: number) => JsonObject = () => ({})) {
  let count = 0;
  const answer = ({ path, headers }: SeenRequest): Answer => {
    if (path === '/token') {
      count += 1;
      return {
        json: { access_token: `t${count}`, token_type: 'Bearer', expires_in: 3600, ...fields(count) },
      };
    }
    const isNewest = headers.authorization === `Bearer t${count}`;
    return isNewest ? { json: [] } : { status: 401, json: { message: 'token is not valid' } };
  };
  const revoke = (): void => {
    count += 1;
  };
  return { answer, revoke };
}

describe('oauth2', () => {
  test('sends client credentials in the form, or in a header', async () => {
    const { answer } = createTokenAnswers();
    const server = await serve(answer);
    const inBody = oauth(server.url, { scope: 'a b', params: { audience: 'erp' } });
    await readAll(openHttp(server.url, things, { config: { auth: inBody } }).resources['things']!);
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]!.text))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'id 1',
      client_secret: 'se&cret',
      scope: 'a b',
      audience: 'erp',
    });
    expect(server.seen[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');

    const inHeader = oauth(server.url, { clientAuth: 'basic' });
    await readAll(openHttp(server.url, things, { config: { auth: inHeader } }).resources['things']!);
    const token = server.seen.findLast(({ path }) => path === '/token')!;
    expect(token.text).toBe('grant_type=client_credentials');
    expect(token.headers.authorization).toBe(`Basic ${Buffer.from('id+1:se%26cret').toString('base64')}`);
  });

  test('fetches one token for requests that need it at the same time', async () => {
    const { answer } = createTokenAnswers();
    const server = await serve(answer);
    const resource = openHttp(server.url, things, { config: { auth: oauth(server.url) } }).resources[
      'things'
    ]!;
    await Promise.all([readAll(resource), readAll(resource), readAll(resource)]);
    expect(server.seen.filter(({ path }) => path === '/token')).toHaveLength(1);
  });

  test('refreshes one token when two requests are refused at the same time', async () => {
    const tokens = createTokenAnswers();
    const server = await serve(tokens.answer);
    const resource = openHttp(server.url, things, { config: { auth: oauth(server.url) } }).resources[
      'things'
    ]!;
    await readAll(resource);
    tokens.revoke();
    await Promise.all([readAll(resource), readAll(resource)]);
    expect(server.seen.filter(({ path }) => path === '/token')).toHaveLength(2);
  });

  test('sends a create again after a 401: it was not looked at', async () => {
    const tokens = createTokenAnswers();
    const server = await serve(tokens.answer);
    const resource = openHttp(server.url, things, { config: { auth: oauth(server.url) } }).resources[
      'things'
    ]!;
    await readAll(resource);
    tokens.revoke();
    expect(await resource.create!([item('a')], never)).toMatchObject([{ ok: true }]);
  });

  test('gives up after the second 401', async () => {
    const server = await serve(({ path }) =>
      path === '/token' ? { json: { access_token: 't' } } : { status: 401 },
    );
    const resource = openHttp(server.url, things, { config: { auth: oauth(server.url) } }).resources[
      'things'
    ]!;
    expect(await faultOf(readAll(resource))).toMatchObject({ code: 'TL_AUTH_REFUSED' });
    expect(server.seen.map(({ path }) => path)).toEqual(['/token', '/things', '/token', '/things']);
  });

  test('fetches a new token shortly before the old one expires', async () => {
    const { answer } = createTokenAnswers(() => ({ expires_in: '600' }));
    const server = await serve(answer);
    const clock = createTestClock();
    const resource = openHttp(server.url, things, { config: { auth: oauth(server.url) }, clock }).resources[
      'things'
    ]!;
    const tokens = () => server.seen.filter(({ path }) => path === '/token').length;
    await readAll(resource);
    clock.advance(539_000);
    await readAll(resource);
    expect(tokens()).toBe(1);
    clock.advance(1_000);
    await readAll(resource);
    expect(tokens()).toBe(2);
  });

  test('keeps the refresh token that it is given in exchange', async () => {
    const { answer } = createTokenAnswers((count) => ({ refresh_token: `r${count}` }));
    const server = await serve(answer);
    const clock = createTestClock();
    const auth = oauth(server.url, { grant: 'refreshToken', refreshToken: 'r0' });
    const resource = openHttp(server.url, things, { config: { auth }, clock }).resources['things']!;
    for (let round = 0; round < 3; round += 1) {
      await readAll(resource);
      clock.advance(3_600_000);
    }
    const sent = server.seen
      .filter(({ path }) => path === '/token')
      .map(({ text }) => new URLSearchParams(text));
    expect(sent.map((form) => form.get('refresh_token'))).toEqual(['r0', 'r1', 'r2']);
    expect(sent.map((form) => form.get('grant_type'))).toEqual([
      'refresh_token',
      'refresh_token',
      'refresh_token',
    ]);
  });

  test('falls back to the password when its refresh token has run out', async () => {
    const tokens = createTokenAnswers((count) => ({ refresh_token: `r${count}` }));
    const server = await serve((request) => {
      if (request.text.includes('grant_type=refresh_token'))
        return { status: 400, json: { error: 'invalid_grant' } };
      return tokens.answer(request);
    });
    const clock = createTestClock();
    const auth = oauth(server.url, { grant: 'password', username: 'ana', password: 'pw' });
    const resource = openHttp(server.url, things, { config: { auth }, clock }).resources['things']!;
    await readAll(resource);
    clock.advance(3_600_000);
    await readAll(resource);
    const grants = server.seen
      .filter(({ path }) => path === '/token')
      .map(({ text }) => new URLSearchParams(text).get('grant_type'));
    expect(grants).toEqual(['password', 'refresh_token', 'password']);
  });

  const refusals: readonly [name: string, answer: Answer, code: string][] = [
    [
      'wrong credentials',
      { status: 400, json: { error: 'invalid_client', error_description: 'no such client' } },
      'TL_AUTH_REFUSED',
    ],
    ['wrong credentials as 401', { status: 401, json: { error: 'invalid_client' } }, 'TL_AUTH_REFUSED'],
    ['an endpoint that is down', { status: 503 }, 'TL_SYSTEM_UNAVAILABLE'],
    ['too many requests', { status: 429, headers: { 'retry-after': '60' } }, 'TL_SYSTEM_THROTTLED'],
    [
      'an HTML page',
      { text: '<html><title>Sign in</title></html>', headers: { 'content-type': 'text/html' } },
      'TL_SYSTEM_BAD_RESPONSE',
    ],
    ['an answer without a token', { json: { hello: 1 } }, 'TL_SYSTEM_BAD_RESPONSE'],
  ];

  test.each(refusals)('says what is wrong with a token request: %s', async (_name, answer, code) => {
    const server = await serve(() => answer);
    const resource = openHttp(server.url, things, { config: { auth: oauth(server.url) } }).resources[
      'things'
    ]!;
    const fault = await faultOf(resource.create!([item('a'), item('b')], never));
    expect(fault.code).toBe(code);
    expect(`${fault.message}${JSON.stringify(fault.cause)}`).not.toContain('se&cret');
    expect(server.seen.every(({ path }) => path === '/token')).toBe(true);
  });

  test('names what is missing in the settings', async () => {
    const resource = openHttp('http://127.0.0.1:1', things, {
      config: { auth: { type: 'oauth2', grant: 'password', tokenUrl: 'http://127.0.0.1:1', clientId: 'x' } },
    }).resources['things']!;
    expect(await faultOf(readAll(resource))).toMatchObject({
      code: 'TL_CONNECTION_CONFIG',
      message: 'erp: auth (type oauth2): `username` is missing',
    });
  });
});
