import { expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { until } from '../../support/until.ts';
import { sendJson, startOddServer } from './odd-server.ts';
import { connections, createTestWorkspace, httpConnection, toErp } from './workspace.ts';

const slow = { timeout: 60_000 };

function csvOf(count: number): string {
  return `id,name\n${Array.from({ length: count }, (_, nth) => `${nth},name of ${nth}\n`).join('')}`;
}

test('Ctrl-C in the middle of a run: the next one finishes the rest, each once', slow, async () => {
  const created: string[] = [];
  await using erp = await startOddServer(({ method, body }, response) => {
    if (method !== 'POST') return sendJson(response, 404, {});
    const { id } = JSON.parse(body) as { id: string };
    created.push(id);
    setTimeout(() => sendJson(response, 201, { id: `erp-${id}` }), 5);
  });
  await using workspace = await createTestWorkspace({
    'config/connections.yaml': connections + httpConnection(erp.url),
    'flows/to-erp.yaml': `${toErp}delivery: { batch: 20 }\n`,
  });
  await workspace.drop('orders-1.csv', csvOf(2_000));
  const running = startCli(['run', 'to-erp', '--json'], { cwd: workspace.dir, env: workspace.env });
  await until(() => created.length > 100, { timeoutMs: 20_000 });
  const first = await running.end('SIGINT');
  expect(running.stderr()).toContain('TL_RUN_STOPPED');
  expect(running.stderr()).not.toContain('    at ');
  const document = JSON.parse(running.stdout());
  expect(first.code).toBe(3);
  const { read, delivered, pending } = document.counts;
  expect(delivered + pending).toBe(read);
  expect(delivered).toBeLessThan(2_000);
  const second = await workspace.json(['run', 'to-erp']);
  expect(second.code).toBe(0);
  expect(created.length).toBe(2_000);
  expect(new Set(created).size).toBe(2_000);
});

test('two runs of one flow at once deliver everything once', slow, async () => {
  await using workspace = await createTestWorkspace();
  await workspace.drop('orders-1.csv', csvOf(3_000));
  const runs = await Promise.all([workspace.json(['run', 'orders']), workspace.json(['run', 'orders'])]);
  for (const { document, code, stderr } of runs) {
    expect(code, stderr).toBe(0);
    const { read, delivered, unchanged, superseded } = document.counts;
    expect(delivered + unchanged + superseded).toBe(read);
  }
  const ids = (await workspace.delivered()).map(({ id }) => id);
  expect(ids.length).toBe(3_000);
  expect(new Set(ids).size).toBe(3_000);
});

test('a Redis that is not there holds nothing up', slow, async () => {
  await using workspace = await createTestWorkspace();
  await workspace.drop('orders-1.csv', csvOf(500));
  const run = await workspace.json(['run', 'orders'], { REDIS_URL: 'redis://127.0.0.1:1' });
  expect(run).toMatchObject({ code: 0, document: { counts: { read: 500, delivered: 500 } } });
  expect(run.stderr).not.toContain('    at ');
});

test('a bug in a connector ends in an error that says so, without a stack', slow, async () => {
  await using workspace = await createTestWorkspace({
    'connectors/broken/index.ts': `export default {
  name: 'broken',
  summary: 'Breaks on every write',
  config: { type: 'object', additionalProperties: false, properties: {} },
  resources: { orders: { create: true } },
  open: () => ({
    resources: {
      orders: {
        name: 'orders',
        keyOf: (record) => record.id,
        create: async (items) => items.map((item) => { throw new TypeError(\`no way: \${typeof item.nothing.at}\`); }),
      },
    },
    close: async () => {},
  }),
};
`,
    'config/connections.yaml': `${connections}  erp: { connector: broken, config: {} }\n`,
    'flows/to-erp.yaml': toErp.replace('create }', 'create, allowDuplicates: true }'),
  });
  await workspace.drop('orders-1.csv', 'id,name\n1,one\n');
  const run = await workspace.json(['run', 'to-erp']);
  // A defect is no reason to wait for ever: the record is kept whole, for a connector that works.
  expect(run).toMatchObject({ code: 1, document: { status: 'errors', counts: { read: 1, failed: 1 } } });
  expect(run.stderr).toContain('Cannot read properties of undefined');
  expect(run.stdout).not.toContain('    at ');
});
