import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { type Answer, type OddServer, sendJson, startOddServer } from '../bad-input/odd-server.ts';
import {
  connections,
  createTestWorkspace,
  httpConnection,
  type TestWorkspace,
} from '../bad-input/workspace.ts';

const slow = { timeout: 60_000 };

/** An ERP that finds nothing, and asks to come back later with each order but its first question. */
const busy: Answer = ({ method }, response) => sendJson(response, method === 'GET' ? 404 : 503, {});

let erp: OddServer;
let workspace: TestWorkspace;

beforeAll(async () => {
  erp = await startOddServer(busy);
  const away = httpConnection('http://127.0.0.1:1').replace('  erp:', '  away:');
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(erp.url) + away,
    'flows/blocked.yaml': `flow: blocked
source: { connection: in, resource: orders }
set: { customer: '$xref("customer", customer)', product: '$xref("stock", product)' }
requires: { xref: [customer, stock] }
delivery: { lanes: 1 }
target: { connection: erp, resource: orders, write: create }
`,
    'flows/retried.yaml': `flow: retried
source: { connection: in, resource: marked }
target: { connection: erp, resource: orders, write: create }
retry: { attempts: 3, delay: 1h, maxDelay: 2h, jitter: false }
`,
    'flows/away.yaml': `flow: away
source: { connection: in, resource: lines }
target: { connection: away, resource: orders, write: create }
`,
  });
});
afterAll(async () => {
  for (const each of [workspace, erp]) await each[Symbol.asyncDispose]();
});

interface PendingDocument {
  readonly waiting: number;
  readonly connections: readonly { readonly connection: string }[];
  readonly batches: readonly unknown[];
  readonly blocked: readonly { readonly since: string }[];
  readonly retried: readonly { readonly nextAttemptAt: string }[];
}

async function pending(...args: readonly string[]): Promise<PendingDocument> {
  const { code, stdout, stderr } = await workspace.run(['pending', '--json', ...args]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as PendingDocument;
}

describe('pending', () => {
  test('says so when nothing waits', slow, async () => {
    expect(await workspace.run(['pending'])).toMatchObject({ code: 0, stdout: 'nothing waits\n' });
    expect((await workspace.run(['runs'])).stderr).toBe('');
  });

  test('names what a blocked record waits for', slow, async () => {
    await workspace.drop('orders-1.csv', 'id,customer,product\nA,C-17,P-3\nB,C-18,\n');
    const run = await workspace.run(['run', 'blocked']);
    expect(run).toMatchObject({ code: 1 });
    expect(run.stderr).toContain('2 blocked: tradelane pending --flow blocked');
    expect(await pending('--flow', 'blocked')).toMatchObject({
      waiting: 2,
      batches: [],
      retried: [],
      blocked: [
        {
          flow: 'blocked',
          key: 'A',
          run: 1,
          behind: 0,
          target: 'erp',
          references: [
            { entity: 'customer', key: 'C-17' },
            { entity: 'stock', key: 'P-3' },
          ],
          reason: 'waits for customer C-17 and stock P-3, which erp does not have yet',
        },
        { key: 'B', reason: 'waits for customer C-18, which erp does not have yet' },
      ],
    });
    const { stdout, stderr } = await workspace.run(['pending', '--limit', '1']);
    expect(stdout).toMatch(/^blocked {2}A +1 +0 +\S+ \S+ +waits for customer C-17 and stock P-3/m);
    expect(stdout).not.toContain('C-18');
    expect(stderr).toContain('the first 1 of each');
    expect((await workspace.run(['runs'])).stderr).toBe('2 records wait: tradelane pending\n');
    expect((await workspace.run(['status'])).stdout).toMatch(
      /^blocked +1 {2}\S+ +2 records wait, the oldest for \d+ s, .*(\n.*)*\nwhat waits, and why: tradelane pending$/m,
    );
    expect((await workspace.run(['runs', '--flow', 'orders'])).stderr).toBe('');
  });

  test('counts the attempts of what is tried again, and says when', slow, async () => {
    await workspace.drop('marked-1.csv', 'id,name\nC,three\n');
    await workspace.drop('marked-1.csv.done', '');
    await using run = startCli(['run', 'retried'], { cwd: workspace.dir, env: workspace.env });
    await until(async () => (await pending('--flow', 'retried')).retried.length === 1, { timeoutMs: 30_000 });
    await run.end('SIGINT');
    const { retried, waiting } = await pending('--flow', 'retried');
    expect(waiting).toBe(1);
    expect(retried).toMatchObject([
      { key: 'C', attempts: 1, maxAttempts: 3, behind: 0, fault: { code: 'TL_SYSTEM_UNAVAILABLE' } },
    ]);
    expect(Date.parse(retried[0]?.nextAttemptAt ?? '')).toBeGreaterThan(Date.now() + 1_800_000);
    const { stdout } = await workspace.run(['pending', '--flow', 'retried']);
    expect(stdout).toMatch(
      /^records that are tried again\n.*\nretried {2}C +\d+ +0 +1 of 3 +in \d+ min \d+ s +TL_SYSTEM_UNAVAILABLE/m,
    );
  });

  test('shows connections that are away first, and the batches that wait for them', slow, async () => {
    await workspace.drop('o.jsonl', '{"id":"D"}\n{"id":"E"}\n');
    expect(await workspace.run(['run', 'away'])).toMatchObject({ code: 3 });
    const { connections: gone, batches } = await pending('--flow', 'away');
    expect(gone).toMatchObject([{ connection: 'away', fault: { code: 'TL_SYSTEM_UNREACHABLE' } }]);
    expect(batches.length).toBeGreaterThan(0);
    for (const batch of batches)
      expect(batch).toMatchObject({ flow: 'away', fault: { code: 'TL_SYSTEM_UNREACHABLE' } });
    const { stdout } = await workspace.run(['pending']);
    const titles = ['connections that are away', 'batches that wait', 'blocked records', 'records that are'];
    const places = titles.map((title) => stdout.indexOf(title));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBe(0);
    expect((await pending()).waiting).toBe(5);
  });

  test('takes out of a lane what nobody wants to wait for', slow, async () => {
    const because = ['--reason', 'entered by hand'];
    const take = (...args: readonly string[]) =>
      workspace.run(['pending', 'take', ...args, ...because], { TRADELANE_USER: 'maria' });
    for (const args of [[], ['--key', 'A'], ['--flow', 'blocked'], ['--run', '1', '--key', 'A']]) {
      expect((await take(...args)).stderr).toContain('name what is to be taken out');
    }
    expect((await take('--flow', 'blocked', '--key', 'nobody')).stderr).toContain(
      'nothing with the key "nobody" in blocked waits',
    );
    expect(await take('--flow', 'blocked', '--key', 'A')).toMatchObject({
      code: 0,
      stdout: '1 record went to the errors\n',
    });
    expect((await take('--run', '1', '--json')).stdout).toBe('{"taken":1}\n');
    const { document } = await workspace.json(['errors', 'list', '--flow', 'blocked']);
    expect(document.errors.map(({ code, message }) => `${code} ${message}`)).toEqual(
      Array.from({ length: 2 }, () => 'TL_TAKEN_OUT taken out of its lane by maria: entered by hand'),
    );
    expect((await pending('--flow', 'blocked')).waiting).toBe(0);
  });
});
