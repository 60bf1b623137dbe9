import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Answer, startOddServer } from './odd-server.ts';
import { createTestWorkspace } from './workspace.ts';

const big = '820982911946154508';
const next = '820982911946154509';
const page = `{"orders":[
  {"id":${big},"total":12345678901234567.89,"ref":"${big}"},
  {"id":${next},"total":10.50,"ref":"x"},
  {"id":"BAD","total":1e400},
  {"id":"TWICE","total":1,"total":2},
  {"id":"NOT-TEXT","total":1,"ref":"K\uFFFDthe"},
  {"id":"HALF","total":1,"ref":"\\ud83d"},
  {"id":"LAST","total":0.1234567890123456789,"ref":"y"}]}`;

const connections = `connections:
  api:
    connector: http
    config: { baseUrl: "\${BASE}" }
    resources:
      orders: { key: id, version: total, read: { path: /orders, records: orders } }
      docs:
        key: id
        upsert: { path: "/docs/{{key}}" }
        schema:
          properties:
            id: { type: [integer, string] }
            order: { type: integer, maximum: 9223372036854775807 }
            total: { type: number, minimum: 0 }
            ref: { type: string }
  out:
    connector: file
    config: { path: ./data/out }
    resources:
      amounts: { key: id, write: { file: "a-{{timestamp}}.jsonl", format: jsonl } }
      cells: { key: id, write: { file: "c-{{timestamp}}.csv", format: csv } }
  in:
    connector: file
    config: { path: ./data/in, settle: 30s }
    resources:
      documents: { key: id, read: { files: "*.json", format: json, records: orders } }
`;

const flows = {
  'flows/orders.yaml': `flow: orders
source: { connection: api, resource: orders }
filter: id != "820982911946154508123"
map:
  id: id
  order: 'id = "LAST" ? 1 : id'
  total: total
  exact: $decimal(total)
  ref: ref
target: { connection: api, resource: docs, write: upsert }
`,
  'flows/orders.test.yaml': `flow: orders
cases:
  - case: keeps every digit
    record: { id: ${big}, total: 12345678901234567.89, ref: "${big}" }
    expect:
      key: "${big}"
      payload: { id: "${big}", order: ${big}, total: 12345678901234567.89, exact: "12345678901234567.89", ref: "${big}" }
`,
  'flows/amounts.yaml': `flow: amounts
source: { connection: in, resource: documents }
map: { id: $string(id), amount: total }
target: { connection: out, resource: amounts, write: create, allowDuplicates: true }
`,
  'flows/cells.yaml': `flow: cells
source: { connection: in, resource: documents }
map: { id: $string(id), amount: total }
target: { connection: out, resource: cells, write: create, allowDuplicates: true }
`,
};

test('numbers come out as they came in, and what is none is an error of its record', {
  timeout: 60_000,
}, async () => {
  const answer: Answer = ({ method }, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(method === 'GET' ? page : '{}');
  await using api = await startOddServer(answer);
  await using workspace = await createTestWorkspace({ 'config/connections.yaml': connections, ...flows });
  const env = { BASE: api.url };
  const puts = () => api.received.filter(({ method }) => method === 'PUT');

  const tested = await workspace.run(['test'], env);
  expect(tested.stdout + tested.stderr).toContain('1 passed');
  const plan = await workspace.run(['plan', 'orders', '--json'], env);
  expect(plan.code).toBe(1);
  expect(puts()).toEqual([]);

  const first = await workspace.json(['run', 'orders'], env);
  expect(first.document.counts).toMatchObject({ read: 7, delivered: 3, failed: 4, pending: 0 });
  expect(
    puts()
      .map(({ path }) => path)
      .sort(),
  ).toEqual([`/docs/${big}`, `/docs/${next}`, '/docs/LAST']);
  const bodies = Object.fromEntries(puts().map(({ path, body }) => [path, body]));
  expect(bodies[`/docs/${big}`]).toBe(
    `{"id":"${big}","order":${big},"total":12345678901234567.89,"exact":"12345678901234567.89","ref":"${big}"}`,
  );
  expect(bodies['/docs/LAST']).toContain('"total":0.1234567890123456789,"exact":"0.1234567890123456789"');
  expect(bodies[`/docs/${next}`]).toContain('"total":10.5,');

  const { document } = await workspace.json(['errors', 'list'], env);
  expect(document.errors.map(({ code, message }) => `${code} ${message}`).sort()).toEqual([
    expect.stringMatching(/^TL_SOURCE_RECORD api.orders: .*`ref` holds U\+FFFD/),
    expect.stringMatching(/^TL_SOURCE_RECORD api.orders: .*`ref` holds half/),
    expect.stringMatching(/^TL_SOURCE_RECORD api: GET \/orders: .*`total` is 1e400/),
    expect.stringMatching(/^TL_SOURCE_RECORD api: GET \/orders: .*`total` stands twice/),
  ]);

  const written = puts().length;
  const second = await workspace.json(['run', 'orders'], env);
  expect(second.document.counts).toMatchObject({ delivered: 0, unchanged: 7, failed: 0 });
  expect(puts().length).toBe(written);
});

test('files are read and written with every digit', { timeout: 60_000 }, async () => {
  await using workspace = await createTestWorkspace({ 'config/connections.yaml': connections, ...flows });
  const env = { BASE: 'http://127.0.0.1:1' };
  const bad = '{"id":"B","total":1,\n "total":2}';
  for (const flow of ['amounts', 'cells']) {
    await workspace.drop(
      `${flow}.json`,
      `{"orders":[{"id":${big},"total":12345678901234567.89},\n${bad},\n{"id":"C","total":2.50}]}`,
    );
    const { document } = await workspace.json(['run', flow], env);
    expect(document).toMatchObject({ counts: { read: 3, delivered: 2, failed: 1 } });
  }
  const names = await workspace.names('data/out');
  const [lines, cells] = await Promise.all(
    ['.jsonl', '.csv'].map(async (end) => {
      const files = names.filter((name) => name.endsWith(end));
      const texts = await Promise.all(
        files.map((name) => readFile(join(workspace.dir, 'data/out', name), 'utf8')),
      );
      return texts
        .join('')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('id'))
        .sort();
    }),
  );
  expect(lines).toEqual([`{"id":"${big}","amount":"12345678901234567.89"}`, '{"id":"C","amount":2.5}']);
  expect(cells).toEqual([`${big},12345678901234567.89`, 'C,2.5']);
  const { document } = await workspace.json(['errors', 'list'], env);
  expect(document.errors[0]?.message).toMatch(/amounts\.json:3: .*`total` stands twice/);

  await workspace.write('record.json', `{"id":${big},"total":1e5,"ref":${next}}`);
  const mapped = await workspace.run(['map', 'orders', '--input', 'record.json', '--json'], env);
  expect(mapped.stdout).toContain(`"order":${big},"total":100000,`);
  await workspace.write('twice.json', `{"id":1,"id":2}`);
  const refused = await workspace.run(['map', 'orders', '--input', 'twice.json'], env);
  expect(refused.stderr).toContain('twice.json cannot be relied on: `id` stands twice');
});
