import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { compileSchema } from '../../../../src/schema/compile-schema.ts';
import { workspaceSchema } from '../../../../src/workspace/editor/workspace-schemas.ts';
import { type LoadedWorkspace, openWorkspace } from '../../../../src/workspace/load/load-workspace.ts';
import { type ShapeName, shapeNames } from '../../../../src/workspace/shape-names.ts';

const root = join(import.meta.dirname, '../../../..');
const workspaces = ['.', 'test/e2e/online-retail/workspace'];

/** What `validate` says about a name at an end of a flow. */
const aboutNames = new Set([
  'TLW_UNKNOWN_CONNECTION',
  'TLW_UNKNOWN_RESOURCE',
  'TLW_UNKNOWN_ENTITY',
  'TLW_SOURCE_NO_READ',
  'TLW_TARGET_NO_WRITE',
  'TLW_ENTITY_NO_MAPPING',
]);

it.each(workspaces)(
  'takes the ends of flows that validate takes, and no others: %s',
  {
    timeout: 120_000,
  },
  async (dir) => {
    const loaded = await open(dir);
    const check = compileSchema(await schemaOf('flow', loaded));
    const flows = everyFlow(loaded);
    const refused = flowsRefused(loaded, flows);
    const differing = flows.filter((flow) => check(flow).length > 0 !== refused.has(flow.flow));
    expect(differing).toEqual([]);
    expect(refused.size).toBeGreaterThan(0);
    expect(refused.size).toBeLessThan(flows.length);
  },
);

it.each(workspaces)('takes the files of the workspace as they are: %s', async (dir) => {
  const loaded = await open(dir);
  const check = compileSchema(await schemaOf('flow', loaded));
  const flows = [...loaded.workspace.flows.values()].map(({ document }) => document.value);
  expect(flows.length).toBeGreaterThan(0);
  expect(flows.flatMap(check)).toEqual([]);
  const connections = compileSchema(await schemaOf('connections', loaded));
  expect(connections(readConnections(loaded))).toEqual([]);
});

it('takes references wherever validate resolves them', async () => {
  const loaded = await open('.');
  const flow = {
    flow: 'a',
    trigger: { schedule: { cron: '${CRON}', overlap: '${OVERLAP}' } },
    source: { connection: '${FROM:-commerce}', resource: '${WHAT}', as: '${ENTITY}', lookback: '${BACK}' },
    target: { connection: 'erp', resource: 'salesOrders', as: 'order', write: '${WRITE}' },
    delivery: { batch: '${BATCH}' },
    retry: { jitter: '${JITTER}', delay: '${DELAY}' },
  };
  expect(compileSchema(await schemaOf('flow', loaded))(flow)).toEqual([]);
  const wrong = { ...flow, delivery: { batch: 'many' }, retry: { jitter: 'perhaps' } };
  expect(compileSchema(await schemaOf('flow', loaded))(wrong).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['delivery.batch', 'retry.jitter']),
  );
  const connections = { shop: { connector: 'http', config: { baseUrl: '${URL:-http://127.0.0.1:9001}' } } };
  expect(compileSchema(await schemaOf('connections', loaded))({ connections })).toEqual([]);
  expect(
    compileSchema(await schemaOf('settings', loaded))({ logLevel: '${LEVEL}', lease: '${LEASE}' }),
  ).toEqual([]);
});

it.each([
  ['an unknown connector', { connector: 'fiel', config: { path: '.' } }, 'connector'],
  ['a config that is missing', { connector: 'file' }, 'config'],
  [
    'a key that the connector does not know',
    { connector: 'file', config: { path: '.', pth: '.' } },
    'config.pth',
  ],
  [
    'resources where none may be',
    { connector: 'hubspot', config: { accessToken: 'a' }, resources: {} },
    'resources',
  ],
  [
    'a resource in the wrong grammar',
    { connector: 'file', config: { path: '.' }, resources: { a: { key: 'n', read: { files: '*' } } } },
    'resources.a.read.format',
  ],
])('refuses %s, as validate does', async (_what, connection, path) => {
  const loaded = await open('.');
  const check = compileSchema(await schemaOf('connections', loaded));
  expect(check({ connections: { it: connection } }).map((problem) => problem.path)).toContain(
    `connections.it.${path}`,
  );
  const document = { path: 'config/connections.yaml', text: stringify({ connections: { it: connection } }) };
  const { findings } = loaded.parse([document]);
  expect(findings.filter(({ file, severity }) => file === document.path && severity === 'error')).not.toEqual(
    [],
  );
});

it('names nothing where the connections cannot be read', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-editor-'));
  try {
    await mkdir(join(dir, 'config'));
    await writeFile(join(dir, 'config/connections.yaml'), 'connections: {\n');
    const loaded = await openWorkspace(dir, { env: {}, builtinDir: root });
    const check = compileSchema(await schemaOf('flow', loaded));
    const source = { connection: 'shop', resource: 'orders' };
    expect(check({ flow: 'a', source, target: { ...source, write: 'upsert' } })).toEqual([]);
  } finally {
    await rm(dir, { recursive: true });
  }
});

it.each(shapeNames)('is itself a JSON Schema: %s', async (name) => {
  expect(compileSchema(await schemaOf(name, await open('.')))(undefined)).not.toEqual([]);
});

async function open(dir: string): Promise<LoadedWorkspace> {
  return await openWorkspace(join(root, dir), { env: {}, builtinDir: root });
}

async function schemaOf(name: ShapeName, { workspace }: LoadedWorkspace): Promise<JsonObject> {
  const shape = JSON.parse(await readFile(join(root, `schemas/${name}.schema.json`), 'utf8')) as JsonObject;
  return workspaceSchema(name, shape, workspace);
}

function readConnections({ workspace }: LoadedWorkspace): unknown {
  const connections = [...workspace.connections.values()].map(
    ({ name, connector, config, resources, limits }) => [
      name,
      { connector, config, limits, ...(Object.keys(resources).length > 0 && { resources }) },
    ],
  );
  return { connections: Object.fromEntries(connections) };
}

interface TriedFlow {
  readonly flow: string;
  readonly source: JsonObject;
  readonly target: JsonObject;
}

/** Every name at one end, right and wrong ones, with an end beside it that is right. */
function everyFlow({ workspace }: LoadedWorkspace): readonly TriedFlow[] {
  const [known] = [...workspace.flows.values()].map(({ document }) => document.value as unknown as TriedFlow);
  const connections = [...workspace.connections.keys(), 'nowhere'];
  const resources = new Set(
    [...workspace.connections.values()].flatMap(({ connector, resources: own }) => [
      ...Object.keys(own),
      ...Object.keys(workspace.connectors.get(connector)?.connector?.resources ?? {}),
    ]),
  );
  const ends = connections.flatMap((connection) =>
    [...resources, 'nothing'].flatMap((resource) =>
      [undefined, ...workspace.entities.keys(), 'nobody'].map((as) => ({
        connection,
        resource,
        ...(as !== undefined && { as }),
      })),
    ),
  );
  const { source, target } = known ?? { source: {}, target: {} };
  const written = ends.flatMap((end) =>
    ['create', 'update', 'upsert', 'delete'].map((write) => ({ source, target: { ...end, write } })),
  );
  return [...ends.map((end) => ({ source: end, target })), ...written].map((flow, nth) => ({
    flow: `flow-${nth}`,
    ...flow,
  }));
}

function flowsRefused(loaded: LoadedWorkspace, flows: readonly TriedFlow[]): ReadonlySet<string> {
  const others = [...loaded.workspace.files.values()].filter(({ path }) => !path.startsWith('flows/'));
  const documents = flows.map((flow) => ({ path: `flows/${flow.flow}.yaml`, text: JSON.stringify(flow) }));
  const { flows: parsed } = loaded.parse([...others, ...documents]);
  const refused = [...parsed.values()].filter(({ findings }) =>
    findings.some(({ code }) => aboutNames.has(code)),
  );
  return new Set(refused.map(({ name }) => name));
}
