import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadEncryptionKeys } from '../../../src/app/open/encryption-keys.ts';
import type { OpenConnection } from '../../../src/contract/connector.ts';
import {
  openConnection,
  openToCompute,
  openUnasked,
} from '../../../src/workspace/compile/open-connection.ts';
import { loadWorkspace } from '../../../src/workspace/load/load-workspace.ts';
import { readAll, serve } from '../../connectors/http/open-http.ts';
import type { SeenRequest } from '../../connectors/http/test-server.ts';

const builtinDir = fileURLToPath(new URL('../../../', import.meta.url));
const tools = { clock: { now: () => Date.now() }, log: { debug() {}, warn() {} } };

/** A folder with a secret in a file, and a command that prints it and notes that it was run. */
function makeSecret(first: string) {
  const dir = mkdtempSync(join(tmpdir(), 'tradelane-secrets-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const [file, notes] = [join(dir, 'secret'), join(dir, 'notes')];
  writeFileSync(notes, '');
  const write = (secret: string) => writeFileSync(file, `${secret}\n`);
  write(first);
  const command = `sh -c "echo run >>'${notes}'; cat '${file}'"`;
  return {
    dir,
    write,
    byFile: `\${file:${file}}`,
    byCommand: `\${exec:${command}}`,
    runs: () => readFileSync(notes, 'utf8').split('\n').filter(Boolean).length,
  };
}

async function openIn(dir: string, connections: string, env: Record<string, string | undefined> = {}) {
  mkdirSync(join(dir, 'config'), { recursive: true });
  writeFileSync(join(dir, 'config/connections.yaml'), `connections:\n${connections}`);
  const workspace = await loadWorkspace(dir, { env: { PATH: process.env['PATH'], ...env }, builtinDir });
  const open = (name = 'erp'): OpenConnection => {
    const opened = openConnection(workspace, name, tools);
    onTestFinished(() => opened.close());
    return opened;
  };
  return { workspace, open };
}

/** As YAML: texts in single quotes, so that what is in them needs no other marks. */
const q = (text: string) => `'${text.replaceAll("'", "''")}'`;

const erp = (url: string, config: string, name = 'erp') => `  ${name}:
    connector: http
    config: { baseUrl: "${url}", ${config} }
    resources:
      things: { key: id, read: { path: /things, records: items } }
`;

const things = async ({ resources }: OpenConnection) => (await readAll(resources['things']!)).records;
const messageOf = async (promise: Promise<unknown>) =>
  String(
    await promise.then(
      () => 'no fault',
      (thrown: unknown) => thrown,
    ),
  );

/** A system that takes only who shows `valid.secret`, wherever it stands in a request. */
async function serveFor(valid: { secret: string }) {
  const shows = ({ headers, url, text }: SeenRequest) =>
    JSON.stringify([headers, url, text]).includes(valid.secret) ||
    Buffer.from(String(headers.authorization).replace(/^Basic /, ''), 'base64')
      .toString()
      .endsWith(`:${valid.secret}`);
  return await serve((request) => {
    if (request.path === '/token' && shows(request)) return { json: { access_token: `for-${valid.secret}` } };
    if (shows(request)) return { json: { items: [{ id: 'A' }] } };
    const echo = JSON.stringify([request.headers, request.url]);
    return { status: 401, json: { message: `who is ${echo}?` } };
  });
}

const places: readonly (readonly [string, (reference: string, url: string) => string])[] = [
  ['a bearer token', (r) => `auth: { type: bearer, token: ${q(r)} }`],
  ['a password', (r) => `auth: { type: basic, username: me, password: ${q(r)} }`],
  ['a key in the URL', (r) => `auth: { type: apiKey, in: query, name: k, value: ${q(r)} }`],
  ['a header', (r) => `headers: { x-shop: ${q(r)} }`],
  [
    'the secret of a client',
    (r, url) =>
      `auth: { type: oauth2, grant: clientCredentials, tokenUrl: "${url}/token", clientId: me, clientSecret: ${q(r)} }`,
  ],
];

describe.each(['byFile', 'byCommand'] as const)('a secret %s', (by) => {
  test.each(places)('that is rotated is taken without a restart: %s', async (_name, config) => {
    const secret = makeSecret('first-secret');
    const valid = { secret: 'first-secret' };
    const server = await serveFor(valid);
    const { open } = await openIn(secret.dir, erp(server.url, config(secret[by], server.url)));
    const opened = open();
    expect(await things(opened)).toEqual([{ id: 'A' }]);
    secret.write('second-secret');
    valid.secret = 'second-secret';
    const before = server.seen.length;
    // All at once: one of them looks, all go on.
    const all = await Promise.all(Array.from({ length: 8 }, () => things(opened)));
    expect(all).toEqual(all.map(() => [{ id: 'A' }]));
    expect(server.seen.length - before).toBeLessThanOrEqual(8 * 3);
    const settled = server.seen.length;
    expect(await things(opened)).toEqual([{ id: 'A' }]);
    expect(server.seen.length - settled).toBe(1);
    if (by === 'byCommand') expect(secret.runs()).toBe(2);
  });

  test('that is refused and has not changed is told once, without what it is', async () => {
    const secret = makeSecret('wrong-secret');
    const server = await serveFor({ secret: 'right-secret' });
    const { open } = await openIn(secret.dir, erp(server.url, `headers: { x-shop: ${q(secret[by])} }`));
    const opened = open();
    const message = await messageOf(things(opened));
    expect(message).toMatch(/erp: GET \/things answered 401: who is .*"x-shop":"\*\*\*"/);
    expect(server.seen).toHaveLength(1);
    await messageOf(things(opened));
    expect(secret.runs()).toBeLessThanOrEqual(2);
  });

  test('that is not there any more is told, and the next look finds it again', async () => {
    const secret = makeSecret('first-secret');
    const valid = { secret: 'first-secret' };
    const server = await serveFor(valid);
    const { open } = await openIn(
      secret.dir,
      erp(server.url, `auth: { type: bearer, token: ${q(secret[by])} }`),
    );
    const opened = open();
    expect(await things(opened)).toHaveLength(1);
    valid.secret = 'second-secret';
    rmSync(join(secret.dir, 'secret'));
    expect(await messageOf(things(opened))).toMatch(
      by === 'byFile'
        ? /the file .*secret cannot be read, but config\.auth\.token/
        : /the command sh ended with exit code 1/,
    );
    secret.write('second-secret');
    if (by === 'byFile') expect(await things(opened)).toHaveLength(1);
  });
});

describe('a command', () => {
  test('is run when its connection first asks for something, once for all that need it', async () => {
    const secret = makeSecret('the-secret');
    const server = await serveFor({ secret: 'the-secret' });
    const config = `auth: { type: bearer, token: ${q(secret.byCommand)} }`;
    const { workspace, open } = await openIn(
      secret.dir,
      erp(server.url, config) + erp(server.url, config, 'other'),
    );
    const opened = ['erp', 'other', 'erp'].map(open);
    openUnasked(workspace, 'erp', tools);
    openToCompute(workspace, 'erp', tools);
    expect(workspace.findings.filter(({ code }) => code.startsWith('TLW_ENV'))).toEqual([]);
    expect(secret.runs()).toBe(0);
    for (const each of opened) expect(await things(each)).toHaveLength(1);
    expect(secret.runs()).toBe(1);
  });

  test('gives parts of a text, addresses and what mappings speak of as well', async () => {
    const server = await serveFor({ secret: 'part-one/part-two' });
    const { port } = new URL(server.url);
    const { dir } = makeSecret('');
    const config = `baseUrl: "http://127.0.0.1:\${exec:echo ${port}}", headers: { x-shop: "\${exec:echo part-one}/\${exec:echo part-two}" }`;
    const { open } = await openIn(dir, erp(server.url, config).replace(/baseUrl: "[^"]*", /, ''));
    expect(await things(open())).toHaveLength(1);
  });

  test('that cannot be had is told with its program and its place, and nothing of its arguments', async () => {
    const { dir } = makeSecret('');
    const server = await serveFor({ secret: 'x' });
    const at = (line: string, env: Record<string, string> = {}) =>
      openIn(dir, erp(server.url, `auth: { type: bearer, token: '\${exec:${line}}' }`), env).then(
        ({ open }) => messageOf(things(open())),
      );
    expect(await at('sh -c "echo arg-s3cret >&2; exit 7"')).toMatch(
      /connection "erp": the command sh ended with exit code 7; run by hand, it says why, but config\.auth\.token needs it$/,
    );
    expect(await at('no-such-vault arg-s3cret')).toMatch(
      /the command no-such-vault cannot be started \(ENOENT\)/,
    );
    expect(await at('true arg-s3cret')).toContain('the command true has printed nothing');
    expect(await at('echo arg-s3cret', { TRADELANE_ALLOW_EXEC: 'false' })).toContain(
      'the command echo is not run, as TRADELANE_ALLOW_EXEC does not allow it',
    );
    expect(server.seen).toEqual([]);
  });

  test.each([
    ['${exec:}', 'this is no reference'],
    ['${exec:a "b}', 'this is no reference'],
    ['${exec:""}', 'the command names no program'],
  ])('that is none is found by validate, and its connection is not opened: %s', async (written, message) => {
    const { dir } = makeSecret('');
    for (const config of [`auth: { type: bearer, token: ${q(written)} }`, `headers: { x: ${q(written)} }`]) {
      const { workspace, open } = await openIn(dir, erp('https://erp.example', config));
      expect(workspace.findings.map((each) => `${each.code} ${each.message}`)).toEqual(
        expect.arrayContaining([expect.stringContaining(`TLW_ENV_SYNTAX ${message}`)]),
      );
      expect(() => open()).toThrow('TLW_ENV_SYNTAX');
    }
  });
});

test('a connector in code is given what commands print when it is opened, and cannot tell it on', async () => {
  const secret = makeSecret('the-secret');
  mkdirSync(join(secret.dir, 'connectors/mine'), { recursive: true });
  writeFileSync(
    join(secret.dir, 'connectors/mine/index.ts'),
    `export default {
  name: 'mine', summary: 'Tells all that it knows',
  config: { type: 'object', properties: { token: { type: 'string', writeOnly: true, description: 'The token' } } },
  resources: { things: {} },
  open: ({ config }) => ({
    resources: { things: { name: 'things', keyOf: () => 'A', find: async () => { throw new Error('is it ' + config.token + '?'); } } },
    close: async () => {},
  }),
};
`,
  );
  const connection = `  mine:\n    connector: mine\n    config: { token: ${q(secret.byCommand)} }\n`;
  const { open, workspace } = await openIn(secret.dir, connection);
  expect(workspace.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { find } = open('mine').resources['things']!;
  expect(secret.runs()).toBe(1);
  expect(await messageOf(find!(['A'], new AbortController().signal))).toMatch(/is it \*\*\*\?/);
  open('mine');
  expect(secret.runs()).toBe(1);
});

test.each(['proxy', 'tls'])('what references stand for is in no message: %s', async (part) => {
  const secret = makeSecret('s3cret-in-a-file');
  const more =
    part === 'proxy'
      ? `    proxy: ${q(`ftp://${secret.byFile}`)}\n`
      : `    tls: { ca: ${q(secret.byFile)} }\n`;
  const { open } = await openIn(secret.dir, erp('https://erp.example', 'headers: {}') + more);
  const message = await messageOf(Promise.resolve().then(() => things(open())));
  expect(message).toMatch(/proxy must be|tls\.ca/);
  expect(message).not.toContain('s3cret');
});

test.each(['byFile', 'byCommand'] as const)(
  'a connector in code is opened anew with a secret that was rotated: %s',
  async (by) => {
    const secret = makeSecret('first-secret');
    mkdirSync(join(secret.dir, 'connectors/mine'), { recursive: true });
    const fault = join(builtinDir, 'src/contract/fault.ts');
    writeFileSync(
      join(secret.dir, 'connectors/mine/index.ts'),
      `import { Fault } from ${JSON.stringify(fault)};
let valid = 'first-secret';
export const opened = [];
export default {
  name: 'mine', summary: 'Knows one secret',
  config: { type: 'object', properties: { token: { type: 'string', writeOnly: true, description: 'The token' } } },
  resources: { things: {} },
  open: ({ config }) => {
    opened.push(config.token);
    const refuse = () => { if (config.token !== valid) throw new Fault('TL_AUTH_REFUSED', 'mine: not ' + config.token); };
    return {
      resources: { things: {
        name: 'things', keyOf: () => 'A',
        find: async ([key]) => { if (key.startsWith('valid=')) valid = key.slice(6); else refuse(); return [undefined]; },
        read: async function* () { refuse(); yield { records: [{ record: { id: opened.length } }] }; },
        upsert: async (items) => items.map(() => config.token === valid ? { ok: true } : { ok: false, fault: new Fault('TL_AUTH_REFUSED', 'no') }),
      } },
      close: async () => { opened.splice(opened.indexOf(config.token), 1); },
    };
  },
};
`,
    );
    const connection = `  mine:\n    connector: mine\n    config: { token: ${q(secret[by])} }\n`;
    const { open } = await openIn(secret.dir, connection);
    const mine = open('mine');
    const { find, upsert } = mine.resources['things']!;
    const { signal } = new AbortController();
    const item = { key: 'A', payload: {}, idempotencyKey: 'x' };
    const ask = { read: () => readAll(mine.resources['things']!), find: () => find!(['A'], signal) };
    await ask.find();
    await find!(['valid=second-secret'], signal);
    // Nothing has changed yet: it stays refused. A command is not run for that once more so soon.
    if (by === 'byFile') expect(await messageOf(ask.find())).toContain('mine: not ***');
    secret.write('second-secret');
    expect(await messageOf(ask.find())).toContain('mine: not ***');
    await ask.find();
    expect((await ask.read()).records).toHaveLength(1);
    if (by === 'byCommand') return expect(secret.runs()).toBe(2);
    await find!(['valid=third-secret'], signal);
    secret.write('third-secret');
    expect(await upsert!([item], signal)).toMatchObject([{ ok: false }]);
    expect(await upsert!([item], signal)).toEqual([{ ok: true }]);
    await find!(['valid=fourth-secret'], signal);
    secret.write('fourth-secret');
    expect(await messageOf(ask.read())).toContain('mine: not ***');
    expect((await ask.read()).records).toHaveLength(1);
  },
);

test('keys of encryption may come from a command, which no check of the settings runs', async () => {
  const secret = makeSecret(Buffer.alloc(32, 7).toString('base64'));
  mkdirSync(join(secret.dir, 'config'), { recursive: true });
  const settings = (reference: string) =>
    writeFileSync(join(secret.dir, 'config/tradelane.yaml'), `encryption: { keys: [${q(reference)}] }\n`);
  settings(secret.byCommand);
  const { workspace } = await openIn(secret.dir, erp('https://erp.example', 'headers: {}'));
  expect(workspace.findings.filter(({ file }) => file === 'config/tradelane.yaml')).toEqual([]);
  expect(secret.runs()).toBe(0);
  const env = { PATH: process.env['PATH'] };
  expect(await loadEncryptionKeys(env, secret.dir)).toHaveLength(1);
  expect(await loadEncryptionKeys(env, secret.dir)).toHaveLength(1);
  expect(secret.runs()).toBe(1);
  settings('${exec:false}');
  await expect(loadEncryptionKeys(env, secret.dir)).rejects.toThrow(
    'the command false ended with exit code 1; run by hand, it says why: nothing was opened',
  );
});

test('in a flow, files and commands stand for nothing, and validate says so', async () => {
  const { dir } = makeSecret('');
  mkdirSync(join(dir, 'flows'));
  writeFileSync(
    join(dir, 'flows/f.yaml'),
    `flow: f\nsource: { connection: erp, resource: things, where: { a: "\${exec:echo x}", b: "\${file:/etc/hostname}" } }\ntarget: { connection: erp, resource: things, write: create }\n`,
  );
  const { workspace } = await openIn(dir, erp('https://erp.example', 'headers: {}'));
  const found = workspace.findings.filter(
    ({ file, code }) => file === 'flows/f.yaml' && code === 'TLW_ENV_SYNTAX',
  );
  expect(found.map(({ message }) => message)).toEqual([
    '${exec:…} stands for nothing here: commands are run only for connections, and for secrets in the settings',
    '${file:…} stands for nothing here: files are read only for connections, and for secrets in the settings',
  ]);
});
