import { expect, test } from 'vitest';
import { type Answer, sendJson, startOddServer } from './odd-server.ts';
import { connections, createTestWorkspace, httpConnection, toErp } from './workspace.ts';

// Each starts a database and two runs, several at the same time; a run is watched for some seconds before it is given up.
const slow = { timeout: 120_000 };

/** Answers a proper system: created once, found afterwards. */
function createShelf(): { readonly answer: Answer; readonly keys: string[] } {
  const keys: string[] = [];
  return {
    keys,
    answer: ({ method, path, body }, response) => {
      if (method === 'POST') {
        keys.push((JSON.parse(body) as { id: string }).id);
        return sendJson(response, 201, { id: `erp-${keys.at(-1)}` });
      }
      const key = path.split('/').at(-1) ?? '';
      if (keys.includes(key)) return sendJson(response, 200, { id: `erp-${key}` });
      return sendJson(response, 404, {});
    },
  };
}

const html: Answer = (_request, response) =>
  void response
    .writeHead(200, { 'content-type': 'text/html' })
    .end('<html><head><title>Sign in</title></head></html>');

const refusals = {
  'an HTML page where JSON was due': [
    html,
    /200 with an HTML page titled "Sign in".*where JSON was expected/,
  ],
  'no answer at all': [() => {}, /no whole answer came in time \(500 ms\)|no whole answer came in time/],
  'an answer without end': [
    (_request, response) => sendJson(response, 200, { id: 'x'.repeat(200_000) }),
    /the answer of [\d.:]+ is larger than `maxResponse`/,
  ],
  'wrong credentials': [
    (_request, response) => sendJson(response, 401, { error: { message: 'no such user' } }),
    /TL_AUTH_REFUSED.*401: no such user/,
  ],
} satisfies Record<string, readonly [Answer, RegExp]>;

for (const [name, [answer, message]] of Object.entries(refusals)) {
  test.concurrent(
    `${name} is waited out, and the next run delivers everything once`,
    slow,
    async ({ expect }) => {
      await using erp = await startOddServer(answer);
      const auth =
        name === 'wrong credentials'
          ? ', auth: { type: basic, username: u, password: "${ERP_PASSWORD}" }'
          : '';
      await using workspace = await createTestWorkspace({
        'config/connections.yaml': connections + httpConnection(erp.url, auth),
        'flows/to-erp.yaml': toErp,
      });
      const env = { ERP_PASSWORD: 'not-the-one' };
      await workspace.drop('orders-1.csv', 'id,name\n1,one\n2,two\n');
      const refused = await workspace.json(['run', 'to-erp'], env);
      expect(refused).toMatchObject({
        code: 3,
        document: { status: 'waiting', counts: { read: 2, delivered: 0, failed: 0, pending: 2 } },
      });
      expect(refused.stderr).toMatch(message);
      expect(refused.stderr).toContain('2 records wait');
      expect(refused.stderr).not.toContain('    at ');
      expect(refused.stderr + refused.stdout).not.toContain(env.ERP_PASSWORD);

      const shelf = createShelf();
      erp.answer = shelf.answer;
      const mended = await workspace.json(['run', 'to-erp'], env);
      expect(mended).toMatchObject({
        code: 0,
        document: {
          status: 'succeeded',
          earlier: [{ run: refused.document.run, counts: { delivered: 2, pending: 0 } }],
        },
      });
      expect(shelf.keys.sort()).toEqual(['1', '2']);
    },
  );
}

test('a wrong OAuth2 secret is told from a target that is away', slow, async () => {
  await using erp = await startOddServer(({ path }, response) => {
    if (path !== '/token') return sendJson(response, 500, {});
    sendJson(response, 401, { error: 'invalid_client', error_description: 'the secret is wrong' });
  });
  const auth = `, auth: { type: oauth2, grant: clientCredentials, tokenUrl: "${erp.url}/token", clientId: me, clientSecret: "\${SECRET}" }`;
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(erp.url, auth),
    'flows/to-erp.yaml': toErp,
  });
  await workspace.drop('orders-1.csv', 'id,name\n1,one\n');
  const run = await workspace.json(['run', 'to-erp'], { SECRET: 'not-the-one' });
  expect(run).toMatchObject({ code: 3, document: { status: 'waiting', counts: { pending: 1 } } });
  expect(run.stderr).toMatch(
    /TL_AUTH_REFUSED\s+erp: token request to [\d.:]+ answered 401: the secret is wrong/,
  );
  expect(run.stderr + run.stdout).not.toContain('not-the-one');
});

test('a target that asks for a pause gets it, and everything then', slow, async () => {
  const shelf = createShelf();
  let refusals = 0;
  await using erp = await startOddServer((request, response) => {
    if (request.method === 'POST' && refusals++ < 2)
      return void response.writeHead(429, { 'retry-after': '1' }).end();
    shelf.answer(request, response);
  });
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(erp.url),
    'flows/to-erp.yaml': toErp,
  });
  await workspace.drop('orders-1.csv', 'id,name\n1,one\n2,two\n3,three\n');
  const run = await workspace.json(['run', 'to-erp']);
  expect(run).toMatchObject({ code: 0, document: { counts: { read: 3, delivered: 3 } } });
  expect(shelf.keys.sort()).toEqual(['1', '2', '3']);
});

test('a target that is not there leaves everything waiting', slow, async () => {
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection('http://127.0.0.1:1'),
    'flows/to-erp.yaml': toErp,
  });
  await workspace.drop('orders-1.csv', 'id,name\n1,one\n');
  const run = await workspace.json(['run', 'to-erp']);
  expect(run).toMatchObject({ code: 3, document: { status: 'waiting', counts: { read: 1, pending: 1 } } });
  expect(run.stderr).toMatch(/TL_SYSTEM_UNREACHABLE.*ECONNREFUSED/);
});
