import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../connectors/http/test-server.ts';
import { findInClear } from '../../support/encryption/find-in-clear.ts';
import { createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

/** Secrets of a file, a command and a variable; the system repeats them whenever it refuses something. */
const canaries = ['canary-of-a-file', 'canary-of-a-command', 'canary-of-a-variable'] as const;

let workspace: TestWorkspace;
let server: TestServer;
let notes: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  const { dir } = workspace;
  notes = join(dir, 'notes');
  writeFileSync(notes, '');
  writeFileSync(join(dir, 'secret'), `${canaries[0]}\n`);
  writeFileSync(join(dir, 'command-secret'), `${canaries[1]}\n`);
  server = await startTestServer(({ headers, url, method, path }) => {
    if (method === 'GET' && path === '/things') return { json: { items: [{ id: 'A' }, { id: 'B' }] } };
    if (method === 'GET') return { status: 404, json: {} };
    const words = `${JSON.stringify(headers)} ${encodeURIComponent(JSON.stringify(headers))} ${url}`;
    return { status: 422, json: { message: `not for ${words}`, error: 'NO' } };
  });
  // Quotes twice, as YAML wants them within single ones.
  const command = `sh -c "echo run >>''${notes}''; cat ''${join(dir, 'command-secret')}''"`;
  await workspace.write(
    'config/connections.yaml',
    `connections:
  shop:
    connector: http
    config:
      baseUrl: "${server.url}"
      auth: { type: bearer, token: '\${exec:${command}}' }
      headers: { x-file: "a-\${file:${join(dir, 'secret')}}-b", x-own: "\${SHOP_TOKEN}" }
    resources:
      things:
        key: id
        read: { path: /things, records: items }
        find: { path: "/things/{{key}}" }
        create: { path: "/things?own=\${SHOP_TOKEN}" }
`,
  );
  await workspace.write(
    'flows/orders.yaml',
    'flow: things\nsource: { connection: shop, resource: things }\ntarget: { connection: shop, resource: things, write: create }\n',
  );
  await workspace.write(
    'flows/orders.test.yaml',
    'flow: things\ncases:\n  - case: goes through\n    record: { id: A }\n    expect: { payload: { id: A } }\n',
  );
  await workspace.write('thing.json', '{ "id": "A" }');
});
afterAll(async () => {
  await server.close();
  await workspace[Symbol.asyncDispose]();
});

const runs = () => readFileSync(notes, 'utf8').split('\n').filter(Boolean).length;
const env = { PATH: process.env['PATH'] ?? '', SHOP_TOKEN: canaries[2] };

test('commands are run by what talks to systems, and what they give stands nowhere', {
  timeout: 120_000,
}, async () => {
  const said: string[] = [];
  const call = async (...args: readonly string[]) => {
    const { stdout, stderr, code } = await workspace.run(args, env);
    said.push(`$ ${args.join(' ')}: ${code}\n${stdout}\n${stderr}`);
    return { stdout, code };
  };
  for (const args of [
    ['validate'],
    ['validate', '--json'],
    ['test'],
    ['map', 'things', '--input', join(workspace.dir, 'thing.json')],
    ['schema', '--workspace', workspace.dir],
    ['status'],
    ['errors'],
    ['pending'],
  ])
    await call(...args);
  expect({ said: said.filter((each) => /: [23]\n/.test(each)), runs: runs() }).toEqual({ said: [], runs: 0 });

  const refused = await workspace.run(['plan', 'things'], { ...env, TRADELANE_ALLOW_EXEC: 'false' });
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(
      'the command sh is not run, as TRADELANE_ALLOW_EXEC does not allow it, but config.auth.token needs it',
    ),
  });
  expect({ runs: runs(), seen: server.seen.length }).toEqual({ runs: 0, seen: 0 });

  await call('plan', 'things', '--json');
  expect(runs()).toBe(1);
  expect((await call('run', 'things', '--json')).code).toBe(1);
  // Source and target are one connection, and each record its own request.
  expect(runs()).toBe(2);
  await call('errors', 'list', '--json');
  await call('errors', 'show', '1', '--json');
  await call('runs', 'show', '1', '--json');
  await call('replay', '1', '--plan', '--json');
  await call('record', 'things', '--key', 'A');
  await call('journey', 'A', '--json');
  // What was sent had them all.
  for (const canary of canaries) expect(JSON.stringify(server.seen)).toContain(canary);
  expect(said.join('\n')).toContain('not for');
  expect(canaries.filter((canary) => said.join('\n').includes(canary))).toEqual([]);
  expect(await findInClear(workspace.database.db, [...canaries])).toEqual([]);
});
