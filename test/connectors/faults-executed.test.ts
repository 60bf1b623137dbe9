import { describe, expect, it } from 'vitest';
import type { OpenConnection, WriteItem } from '../../src/contract/connector.ts';
import type { Fault } from '../../src/contract/fault.ts';
import { openConnection } from '../../src/workspace/compile/open-connection.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { faultBase, faultExamples, faultFrom, toldInWorkspace } from '../unit/docs/fault-page.ts';
import type { Example } from '../unit/docs/page-sections.ts';
import { type Answer, startTestServer } from './http/test-server.ts';

const never = new AbortController().signal;

describe('docs/faults.md', () => {
  it.each(faultExamples('answer').map((example) => [example.code, example] as const))(
    'tells what an answer stands for: %s',
    async (_code, example) => {
      const { request, answer } = parseExchange(example);
      const server = await startTestServer(() => answer ?? { status: 200 });
      if (answer === undefined) await server.close();
      const here = atServer(example, server.url);
      const told = await toldInWorkspace(here.example, here.base, (workspace) =>
        withConnection(workspace, request.connection, (connection) => carryOut(connection, request)),
      );
      const asked = server.seen.map(({ method, url }) => `${method} ${url}`);
      if (answer !== undefined) await server.close();
      // The page names the hosts of its workspace.
      expect(told.replaceAll(new URL(server.url).host, `${request.connection}.example`)).toBe(example.said);
      expect(new Set(asked)).toEqual(new Set(answer === undefined ? [] : [request.line]));
    },
    30_000,
  );

  it.each(faultExamples('read').map((example) => [example.code, example] as const))(
    'tells what reading ends with: %s',
    async (_code, example) => {
      const told = await toldInWorkspace(example, faultBase, (workspace) =>
        withConnection(workspace, 'tills', (connection) => readResource(connection, 'receipts')),
      );
      expect(told).toBe(example.said);
    },
  );
});

interface Request {
  readonly line: string;
  readonly connection: 'shop' | 'erp';
  readonly operation: 'read' | 'find' | 'create' | 'update';
}

const requests: readonly (readonly [RegExp, Omit<Request, 'line'>])[] = [
  [/^GET \/orders/, { connection: 'shop', operation: 'read' }],
  [/^GET \/salesOrders\?number=4711$/, { connection: 'erp', operation: 'find' }],
  [/^POST \/salesOrders$/, { connection: 'erp', operation: 'create' }],
  [/^PATCH \/salesOrders\/101$/, { connection: 'erp', operation: 'update' }],
];

/** The ```http block: the request, then the answer to it or, in brackets, what came instead. */
function parseExchange({ given }: Example): { request: Request; answer: Answer | undefined } {
  const block = given.find(({ language }) => language === 'http')?.text ?? '';
  const [line = '', first = '', ...rest] = block.trimEnd().split('\n');
  const known = requests.find(([pattern]) => pattern.test(line))?.[1];
  if (known === undefined) throw new Error(`no request of the page's workspace: ${line}`);
  const request = { line, ...known };
  if (first === '(the connection is refused)') return { request, answer: undefined };
  if (first === '(no answer)') return { request, answer: 'hang' };
  if (first === '(the line breaks)') return { request, answer: 'cut' };
  const end = rest.indexOf('');
  const head = end === -1 ? rest : rest.slice(0, end);
  const headers = Object.fromEntries(head.map((each) => each.split(': ') as [string, string]));
  const text = end === -1 ? '' : rest.slice(end + 1).join('\n');
  return { request, answer: { status: Number.parseInt(first, 10), headers, text } };
}

/** An example and its base with the address of a server that is there. */
function atServer(example: Example, url: string): { example: Example; base: ReadonlyMap<string, string> } {
  const here = (text: string) => text.replaceAll(/https:\/\/(shop|erp)\.example/g, url);
  return {
    example: { ...example, given: example.given.map((block) => ({ ...block, text: here(block.text) })) },
    base: new Map([...faultBase].map(([path, text]) => [path, here(text)])),
  };
}

async function withConnection(
  workspace: Workspace,
  name: string,
  use: (connection: OpenConnection) => Promise<Fault | undefined>,
): Promise<string> {
  return await faultFrom(async () => {
    const tools = { clock: { now: () => Date.now() }, log: { debug: () => {}, warn: () => {} } };
    const connection = openConnection(workspace, name, tools);
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  });
}

async function carryOut(
  { resources }: OpenConnection,
  { connection, operation }: Request,
): Promise<Fault | undefined> {
  if (connection === 'shop') return await readResource({ resources, close: async () => {} }, 'orders');
  const { find, create, update } = resources['salesOrders'] ?? {};
  const item: WriteItem = { key: '4711', id: '101', payload: { number: '4711' }, idempotencyKey: 'e-1' };
  if (operation === 'find') {
    await find?.(['4711'], never);
    return undefined;
  }
  const [result] = (await (operation === 'create' ? create : update)?.([item], never)) ?? [];
  return result?.ok === false ? result.fault : undefined;
}

/** The first fault of a resource that is read to its end, thrown or a record's own. */
async function readResource({ resources }: OpenConnection, name: string): Promise<Fault | undefined> {
  for await (const { records } of resources[name]?.read?.({ where: {}, signal: never }) ?? []) {
    const bad = records.find((record) => 'fault' in record);
    if (bad !== undefined && 'fault' in bad) return bad.fault;
  }
  return undefined;
}
