import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { createShop, flow, type Shop } from './shop.ts';

const order = { id: '4711', state: 'open', buyer: 'C-1', lines: [{ amount: '0.10' }, { amount: '0.20' }] };
const rows = 'id;state;buyer;amount\n1;open;C-1;1,50\n2;open;C-1;2,50\n';
const csvFlow = `flow: rows-to-erp
source: { connection: files, resource: rows }
map:
  number: id
  total: $decimal($replace(amount, ",", "."))
target: { connection: erp, resource: invoices, write: upsert }
`;

let shop: Shop;
beforeAll(async () => {
  shop = await createShop({
    'order.json': JSON.stringify(order),
    'orders.jsonl': `${JSON.stringify(order)}\n${JSON.stringify({ ...order, id: '4712' })}\n`,
    'rows.csv': rows,
  });
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

describe('tradelane map', { timeout: 120_000 }, () => {
  it('shows what a flow makes of a record, and asks nobody', async () => {
    const { code, stdout, stderr } = await shop.run([
      'map',
      'orders-to-erp',
      '--input',
      'order.json',
      '--xref',
      'customer/C-1=8f3a',
    ]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^── input · shop orders\n\{\n {2}"id": "4711",/);
    expect(stdout).toContain('── output · erp invoices\n{\n  "number": "4711",\n  "customer": "8f3a",');
    expect(stdout).toContain('✓ 4711: would be written');
    expect(code).toBe(0);
    expect(shop.requests()).toBe(0);
  });

  it('picks a record by its key, and says what it did not pick', async () => {
    const first = await shop.run(['map', 'orders-to-erp', '--input', 'orders.jsonl', '--json']);
    expect(JSON.parse(first.stdout)).toMatchObject({
      key: '4711',
      outcome: 'blocked',
      reason: 'waits for customer C-1',
    });
    expect(first.stderr).toContain('the first of 2 records; --key KEY shows another');
    const second = await shop.run([
      'map',
      'orders-to-erp',
      '--input',
      'orders.jsonl',
      '--key',
      '4712',
      '--json',
    ]);
    expect(JSON.parse(second.stdout)).toMatchObject({ key: '4712', input: { id: '4712' } });
    const none = await shop.run(['map', 'orders-to-erp', '--input', 'orders.jsonl', '--key', '4713']);
    expect(none.stderr).toContain('no record has the key "4713"; there are "4711" and "4712"');
    expect(none.code).toBe(2);
  });

  it('reads what a file connection reads as that connection would', async () => {
    await shop.write('flows/rows.yaml', csvFlow);
    const connections =
      'connections:\n  files:\n    connector: file\n    config: { path: "${NOWHERE}" }\n    resources:\n      rows: { key: id, read: { files: "rows-*.csv", format: csv, delimiter: ";" } }\n';
    const before = await readFile(join(shop.dir, 'config/connections.yaml'), 'utf8');
    await shop.write('config/connections.yaml', before.replace('connections:\n', connections));
    const { code, stdout, stderr } = await shop.run([
      'map',
      'rows-to-erp',
      '--input',
      'rows.csv',
      '--key',
      '2',
      '--json',
    ]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      input: { id: '2', amount: '2,50' },
      payload: { number: '2', total: '2.50' },
    });
    const wrong = await shop.run(['map', 'orders-to-erp', '--input', 'rows.csv']);
    expect(wrong.stderr).toContain(
      'rows.csv must be JSON, JSON Lines or YAML: the source of "orders-to-erp" reads no files',
    );
  });

  it('takes a record from standard input, and says where it is broken', async () => {
    const main = fileURLToPath(new URL('../../../bin/tradelane.js', import.meta.url));
    const args = [main, 'map', 'orders-to-erp', '--input', '-', '--json'];
    const piped = async (given: string) => {
      const child = spawn(process.execPath, args, {
        cwd: shop.dir,
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
      });
      child.stdin.end(given);
      const said = await Promise.all([text(child.stdout), text(child.stderr)]);
      return said;
    };
    const [stdout] = await piped('id: "1"\nstate: closed\n');
    expect(JSON.parse(stdout)).toMatchObject({ key: '1', outcome: 'filtered' });
    const [, stderr] = await piped('{"id": "1"}\n{"id": 2,}\n');
    expect(stderr).toContain('this is no JSON (standard input:2:10)');
  });

  it('shows the fault with its place, as far as the record came', async () => {
    await shop.write('wrong.json', JSON.stringify({ ...order, lines: [{ amount: 'ten' }] }));
    const { code, stdout } = await shop.run([
      'map',
      'orders-to-erp',
      '--input',
      'wrong.json',
      '--xref',
      'customer/C-1=8f3a',
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /✗ 4711: it fails at map with TL_MAP_FAILED: argument 1 of \$total .*\(flows\/orders\.yaml:7:17\)/,
    );
  });

  it('draws again when the input or the flow changes, mistakes included', async () => {
    await using watching = startCli(['map', 'orders-to-erp', '--input', 'order.json', '--watch'], {
      cwd: shop.dir,
    });
    await watching.said('it is blocked: waits for customer C-1');
    await watching.said('watching; Ctrl-C ends');
    await shop.write('order.json', JSON.stringify({ ...order, state: 'closed' }));
    await watching.said('the filter leaves it out');
    await shop.write('flows/orders.yaml', flow.replace('filter:', 'fliter:'));
    await watching.said('cannot be run as long as it has this mistake');
    await shop.write('flows/orders.yaml', flow.replace('state = "open"', 'state = "closed"'));
    await shop.write('order.json', JSON.stringify({ ...order, state: 'closed', buyer: null }));
    await watching.said('4711: would be written');
    const { code } = await watching.end();
    await shop.write('flows/orders.yaml', flow);
    expect(code).toBe(0);
  });

  it.each([
    [['--input', 'nope.json'], 'there is no file nope.json'],
    [['--input', 'order.json', '--xref', 'C-1'], '--xref must be entity/id=id at the target'],
    [['--input', 'order.json', '--watch', '--json'], '--watch is for people: leave --json out'],
    [[], "required option '--input <file>' not specified"],
  ])('says what is wrong with %j', async (args, message) => {
    const { code, stderr } = await shop.run(['map', 'orders-to-erp', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
