import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ConnectionSettings, Connector } from '../../../../src/contract/connector.ts';
import { openConnection, openUnasked } from '../../../../src/workspace/compile/open-connection.ts';
import type { Workspace } from '../../../../src/workspace/workspace.ts';
import { makeWorkspace } from '../make-workspace.ts';

const tools = { clock: { now: () => 0 }, log: { debug: () => {}, warn: () => {} } };
const folder = mkdtempSync(join(tmpdir(), 'tradelane-'));
afterAll(() => rmSync(folder, { recursive: true }));

let seen: ConnectionSettings | undefined;

/** A connector in code that remembers what it was opened with. */
const own: Connector = {
  name: 'own',
  summary: 'For tests',
  config: {
    type: 'object',
    required: ['url'],
    additionalProperties: false,
    properties: {
      url: { type: 'string' },
      token: { type: 'string', writeOnly: true },
      size: { type: 'integer' },
      strict: { type: 'boolean' },
      nested: { type: 'object', properties: { list: { type: 'array', items: { type: 'number' } } } },
    },
  },
  resource: { type: 'object' },
  resources: { things: { read: {} } },
  open(settings) {
    seen = settings;
    return { resources: {}, close: async () => {} };
  },
};

function make(config: string, env: Record<string, string> = {}, more = ''): Workspace {
  const texts = {
    'connectors/own/index.ts': 'stamp',
    'config/connections.yaml': `connections:\n  mine:\n    connector: own\n    config: ${config}\n${more}`,
    'flows/orders.yaml':
      'flow: a\nsource: { connection: mine, resource: things }\ntarget: { connection: mine, resource: x, write: create }\n',
  };
  return makeWorkspace(texts, { env, code: new Map([['own', { connector: own }]]) });
}

describe('openConnection', () => {
  it('takes `settle` from the environment, and refuses what is no duration', async () => {
    const settle = '    settle: "${SETTLE:-7s}"\n';
    const open = (env: Record<string, string>) =>
      openConnection(make('{ url: u }', env, settle), 'mine', tools);
    expect(await open({}).settleMs?.()).toBe(7_000);
    expect(await open({ SETTLE: '2m' }).settleMs?.()).toBe(120_000);
    expect(() => open({ SETTLE: 'soon' })).toThrow('duration such as');
    expect(openUnasked(make('{ url: u }', {}, settle), 'mine', tools).settleMs).toBeUndefined();
  });

  it('resolves variables, defaults and files, numbers and truth values where the schema wants them', () => {
    writeFileSync(join(folder, 'token'), 's3cret\n');
    const config = `{ url: "https://\${HOST}/\${PATH_:-v1}", token: "\${file:${folder}/token}", size: "\${SIZE}", strict: "\${STRICT:-true}", nested: { list: ["\${SIZE}", 1] } }`;
    openConnection(make(config, { HOST: 'erp.example', SIZE: '25' }), 'mine', tools);
    expect(seen).toMatchObject({
      name: 'mine',
      config: {
        url: 'https://erp.example/v1',
        token: 's3cret',
        size: 25,
        strict: true,
        nested: { list: [25, 1] },
      },
      resources: {},
      limits: {},
      workspaceDir: '/shop',
    });
  });

  it('hands limits and declared resources on', () => {
    const more =
      '    limits: { requestsPerSecond: 2.5, concurrency: 3 }\n    resources: { extra: { read: { files: "${NAME}" } } }\n';
    openConnection(make('{ url: x }', { NAME: 'a.csv' }, more), 'mine', tools);
    expect(seen?.limits).toEqual({ requestsPerSecond: 2.5, concurrency: 3 });
    expect(seen?.resources).toEqual({ extra: { read: { files: 'a.csv' } } });
  });

  it('keeps no secret in the workspace', () => {
    const workspace = make('{ url: x, token: "${TOKEN}" }', { TOKEN: 's3cret' });
    openConnection(workspace, 'mine', tools);
    const { env: _env, ...rest } = workspace;
    expect(
      JSON.stringify([...rest.connections.values(), ...rest.files.values(), rest.findings]),
    ).not.toContain('s3cret');
  });

  it.each([
    [
      'a connection that is not there',
      'other',
      '{ url: x }',
      'there is no connection "other" in config/connections.yaml',
    ],
    [
      'a variable that is not set',
      'mine',
      '{ url: "${HOST}" }',
      'connection "mine": the environment variable HOST is not set, but config.url needs it',
    ],
    [
      'a file that is not there',
      'mine',
      `{ url: x, token: "\${file:/no/such/file}" }`,
      'connection "mine": the file /no/such/file cannot be read, but config.token needs it',
    ],
    [
      'a configuration that is wrong',
      'mine',
      '{ url: x, size: many }',
      'connection "mine": config/connections.yaml:4:29  TLW_VALUE_TYPE  expected a whole number, got "many"',
    ],
  ])('refuses %s', (_what, name, config, message) => {
    const workspace = make(config);
    expect(() => openConnection(workspace, name, tools)).toThrowError(
      expect.objectContaining({ code: 'TL_CONNECTION_CONFIG', message }),
    );
  });
});

const rest = `connections:
  api:
    connector: http
    config: { baseUrl: "http://127.0.0.1:1", auth: { type: bearer, token: "\${TOKEN}" } }
    resources:
      stock:
        key: sku
        entity:
          name: stock
          from: { number: $decimal(quantity) }
        read: { path: /stock }
`;
const flows = {
  'flows/orders.yaml':
    'flow: a\nsource: { connection: api, resource: stock, as: stock }\ntarget: { connection: api, resource: stock, write: create }\n',
};

describe('openUnasked', () => {
  it('needs no variable, converts, and refuses to ask', async () => {
    const workspace = makeWorkspace({ 'config/connections.yaml': rest, ...flows }, { env: {} });
    expect(() => openConnection(workspace, 'api', tools)).toThrow('TOKEN is not set');
    const { resources, close } = openUnasked(workspace, 'api', tools);
    const stock = resources['stock']!;
    expect(stock.keyOf({ sku: 'A' })).toBe('A');
    expect(await stock.entity?.from?.({ quantity: 2 })).toEqual({ number: '2' });
    expect(() => stock.read?.({ where: {}, signal: new AbortController().signal })).toThrow(
      '"stock" was asked for something where no system may be asked',
    );
    expect(stock.create).toBeUndefined();
    await close();
  });

  it('names the place of a conversion that is declared on the connection', async () => {
    const workspace = makeWorkspace({ 'config/connections.yaml': rest, ...flows }, { env: {} });
    const { resources, close } = openUnasked(workspace, 'api', tools);
    await expect(resources['stock']?.entity?.from?.({ quantity: 'many' })).rejects.toMatchObject({
      code: 'TL_MAP_FAILED',
      at: 'config/connections.yaml:10:27',
      message: expect.stringContaining('argument 1 of $decimal (`quantity`) must be a decimal text'),
    });
    await close();
  });
});
