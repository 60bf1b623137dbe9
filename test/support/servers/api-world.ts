import { sql } from 'kysely';
import type { JsonObject } from '../../../src/contract/json.ts';
import { present } from '../../../src/contract/present.ts';
import { createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../call-cli.ts';

const flow = (name: string, [source, target]: readonly [string, string], more = '') => `flow: ${name}
source: { connection: ${source}, resource: orders }
map: { id: id, price: price, country: '$lookup("countries", country)' }
target: { connection: ${target}, resource: orders, write: upsert }
${more}`;

const connections = `connections:
  shop: { connector: file, config: { path: ./data/in, settle: 30s }, resources: ${orders('read: { files: "orders-*.csv", format: csv }')} }
  erp: { connector: file, config: { path: ./data/out }, resources: ${orders('write: { file: "o-{{timestamp}}.jsonl", format: jsonl }')} }
  in: { connector: file, config: { path: ./data/in, settle: 30s }, resources: ${orders('read: { files: "*.jsonl", format: jsonl }')} }
  out: { connector: file, config: { path: ./data/out }, resources: ${orders('write: { file: "r-{{timestamp}}.jsonl", format: jsonl }')} }
`;

function orders(way: string): string {
  return `{ orders: { key: id, ${way} } }`;
}

/** A workspace in which there is one of all that endpoints are about, and the ids of it. */
export interface ApiWorld {
  readonly workspace: TestWorkspace;
  /** By the names that inputs give them. */
  readonly real: JsonObject;
}

/** All of it belongs to `orders-to-erp`; `returns-to-erp`, over other connections, has nothing. `CANARY` stands in a key, a value and a message. */
export async function createApiWorld(): Promise<ApiWorld> {
  const workspace = await createTestWorkspace({
    'config/tradelane.yaml': 'requestsPerMinute: 1000000\n',
    'config/connections.yaml': connections,
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/orders.yaml': flow(
      'orders-to-erp',
      ['shop', 'erp'],
      'guards: { maxChange: { of: price, by: 30% } }',
    ),
    'flows/returns.yaml': flow('returns-to-erp', ['in', 'out']),
  });
  const drop = (nth: number, lines: readonly string[]) =>
    workspace.drop(`orders-${nth}.csv`, ['id,price,country', ...lines, ''].join('\n'));
  await drop(1, ['CANARY-1,10,DE', 'CANARY-2,5,CANARY', 'CANARY-3,5,CANARY']);
  await workspace.json(['run', 'orders-to-erp']);
  await drop(2, ['CANARY-1,0,DE']);
  const { document: held } = await workspace.json(['run', 'orders-to-erp']);
  const { document: listed } = await workspace.json(['errors', 'list']);
  const [error, replayed] = listed.errors.map(({ id }) => id);
  const bulk = await makeBulk(workspace, present(replayed, 'an error'));
  for (const [name, role] of [
    ['root', 'admin'],
    ['anna', 'viewer'],
  ] as const)
    await workspace.run(['user', 'add', name, '--role', role]);
  const { rows } = await sql<{ hash: string }>`
    select hash from plans where flow = 'orders-to-erp' limit 1`.execute(workspace.database.db);
  const real = {
    ...{
      flow: 'orders-to-erp',
      run: held.run,
      earlier: [],
      error,
      ids: [error],
      bulk,
      cause: 1,
      causes: [1],
    },
    ...{
      name: 'orders-to-erp',
      lane: 0,
      key: 'CANARY-1',
      entity: 'orders',
      connection: 'erp',
      connections: ['erp'],
      hash: rows[0]?.hash,
    },
  };
  return { workspace, real };
}

/** One that nobody works. */
async function makeBulk(workspace: TestWorkspace, error: number): Promise<number> {
  const { stdout } = await callCli(['replay', String(error), '--json'], {
    cwd: workspace.dir,
    env: workspace.env,
  });
  return (JSON.parse(stdout) as { readonly bulk?: { readonly bulk: number } }).bulk?.bulk ?? 1;
}
