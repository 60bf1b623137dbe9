import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Counts } from '../../../src/contract/outcome.ts';
import { callCli } from '../../support/call-cli.ts';
import type { CliResult } from '../../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

/** What the documents of the commands under test hold; each of them a part of it. */
export interface CliDocument {
  readonly run: number;
  readonly status: string;
  readonly counts: Counts;
  readonly fault?: { readonly code: string; readonly message: string };
  readonly earlier?: readonly CliDocument[];
  readonly error: { readonly code: string; readonly message: string };
  readonly errors: readonly {
    readonly id: number;
    readonly code: string;
    readonly message: string;
    readonly attempts: number;
  }[];
}

export interface TestWorkspace extends AsyncDisposable {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly database: TestDatabase;
  write(path: string, content: string | Buffer): Promise<void>;
  /** Drops a file into data/in that has lain there long enough to be whole. */
  drop(name: string, content: string | Buffer): Promise<void>;
  names(folder: string): Promise<readonly string[]>;
  /** Records of all files in data/out, in the order of their files' names. */
  delivered(): Promise<readonly Record<string, unknown>[]>;
  /** Within this process. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
  /** `run` with --json: the exit code and the one document. */
  json(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<CliResult & { readonly document: CliDocument }>;
}

/** A small workspace with a database of its own: CSV and JSON Lines files in, a flow `orders`, a file out. */
export async function createTestWorkspace(
  files: Readonly<Record<string, string>> = {},
): Promise<TestWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-bad-'));
  const database = await createTestDatabase();
  const env = { DATABASE_URL: database.url };
  const write = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  for (const [path, text] of Object.entries({ ...basic, ...files })) await write(path, text);
  await mkdir(join(dir, 'data/in'), { recursive: true });
  await mkdir(join(dir, 'data/out'), { recursive: true });
  const run = (args: readonly string[], more = {}) => callCli(args, { cwd: dir, env: { ...env, ...more } });
  const names = async (folder: string) => (await readdir(join(dir, folder))).sort();
  return {
    dir,
    env,
    database,
    write,
    run,
    names,
    drop: async (name, content) => {
      await write(`data/in/${name}`, content);
      const before = new Date(Date.now() - 60_000);
      await utimes(join(dir, 'data/in', name), before, before);
    },
    delivered: async () => {
      const texts = (await names('data/out')).map((name) => readFile(join(dir, 'data/out', name), 'utf8'));
      const lines = (await Promise.all(texts)).flatMap((text) =>
        text.split('\n').filter((line) => line !== ''),
      );
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    json: async (args, more) => {
      const result = await run([...args, '--json'], more);
      return { ...result, document: JSON.parse(result.stdout) as CliDocument };
    },
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A connection to an HTTP server, ready to be a target of orders. */
export function httpConnection(baseUrl: string, more = ''): string {
  return `
  erp:
    connector: http
    config: { baseUrl: "${baseUrl}", timeout: 500ms, maxResponse: 100KB${more} }
    settle: 3s
    resources:
      orders: { key: id, create: { method: POST, path: /orders, id: id }, find: { method: GET, path: "/orders/{{key}}", key: "$key" } }
`;
}

export const toErp = `flow: to-erp
source: { connection: in, resource: orders }
target: { connection: erp, resource: orders, write: create }
`;

export const connections = `connections:
  in:
    connector: file
    config: { path: ./data/in, settle: 30s }
    resources:
      orders: { key: id, read: { files: "orders-*.csv", format: csv } }
      marked: { key: id, read: { files: "marked-*.csv", format: csv, ready: done } }
      lines: { key: id, read: { files: "*.jsonl", format: jsonl } }
  out:
    connector: file
    config: { path: ./data/out }
    resources:
      orders: { key: id, write: { file: "o-{{timestamp}}.jsonl", format: jsonl } }
`;

const basic = {
  'config/connections.yaml': connections,
  'flows/orders.yaml': `flow: orders
source: { connection: in, resource: orders }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
`,
};
