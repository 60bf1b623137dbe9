import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import businessCentral from '../../../connectors/business-central/simulator.ts';
import ordercloud from '../../../connectors/ordercloud/simulator.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';
import { callCli } from '../../support/call-cli.ts';
import { useDatabase } from '../../support/database.ts';
import { createTestWorkspace } from '../bad-input/workspace.ts';

const root = join(import.meta.dirname, '../../..');
let simulators: readonly RunningSimulator[];
const database = useDatabase();
let folder: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const size = { orders: 5, customers: 6, products: 5, items: 5 };
  simulators = await Promise.all([ordercloud, businessCentral].map((each) => startSimulator(each, { size })));
  const [shop = '', erp = ''] = simulators.map(({ url }) => url);
  folder = await mkdtemp(join(tmpdir(), 'tradelane-record-'));
  // The flows of the repository, without their tests.
  for (const part of ['flows', 'config']) {
    const filter = (path: string) => !path.endsWith('.test.yaml');
    await cp(join(root, part), join(folder, part), { recursive: true, filter });
  }
  await writeFile(
    join(folder, 'stock-1.csv'),
    'SKU,Location,Quantity,CountedAt\nTL-10002,main,many,2026-01-01T00:00:00Z\n',
  );
  await writeFile(join(folder, 'stock-1.csv.done'), '');
  env = { DATABASE_URL: database.url, COMMERCE_URL: shop, ERP_URL: erp, WAREHOUSE_DIR: folder };
});
afterAll(async () => {
  await Promise.all(simulators.map((each) => each.close()));
  await rm(folder, { recursive: true, force: true });
});

const tradelane = (...args: readonly string[]) => callCli([...args, '--workspace', folder], { env });

test('a real order becomes a case without its customer, an error one that fails', {
  timeout: 300_000,
}, async () => {
  expect((await tradelane('run', 'customers-to-erp')).code).toBe(0);
  const real = await tradelane('plan', 'orders-to-erp', '--key', 'SO-100001', '--json');
  expect(JSON.parse(real.stdout).records).toMatchObject([{ key: 'SO-100001', effect: 'create' }]);

  const recorded = await tradelane('record', 'orders-to-erp', '--key', 'SO-100001', '--json');
  expect(recorded.code, recorded.stderr).toBe(0);
  const document = JSON.parse(recorded.stdout);
  expect(document).toMatchObject({
    flow: 'orders-to-erp',
    ends: 'delivered',
    endsAlike: true,
    maskedByName: [],
  });
  const text = await readFile(join(folder, 'flows/orders-to-erp.test.yaml'), 'utf8');
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/schemas\/test\.schema\.json\nflow: orders-to-erp\n/,
  );
  const { cases } = parse(text);
  const [{ record, expect: expected, xref }] = cases;
  expect(cases).toEqual([document.case]);
  expect(record).toMatchObject({ ID: 'SO-100001', FromUser: { FirstName: expect.stringMatching(/^Xx*$/) } });
  expect(record.LineItems.length).toBeGreaterThan(0);
  const customer = record.FromUser.Username;
  expect(expected).toMatchObject({ key: 'SO-100001', payload: { customerId: xref.customer[customer] } });
  // Nothing of the customer that the shop has is left, but the number.
  const { stdout } = await tradelane('record', 'customers-to-erp', '--key', customer, '--print');
  expect(stdout).toContain(`Username: ${customer}`);
  for (const each of [text, stdout]) {
    expect(each).not.toMatch(/@(?!x+\.x+)/);
    expect(each).not.toMatch(/(FirstName|LastName|Street1|City|CompanyName): (?!null|[Xx ."-]+(0+)?\n)/);
  }

  const passing = await tradelane('test', '--json');
  expect(passing.code, passing.stdout).toBe(0);

  const failed = await tradelane('run', 'stock-to-commerce');
  expect(failed.code).toBe(1);
  const [error] = JSON.parse((await tradelane('errors', 'list', '--json')).stdout).errors;
  const stock = join(folder, 'flows/stock.test.yaml');
  const ofError = await tradelane('record', 'stock-to-commerce', '--error', String(error.id), '--to', stock);
  expect(ofError).toMatchObject({ code: 0 });
  expect(ofError.stderr).toContain(
    'it fails until the flow or the data is mended; now it is failed, TL_MAP_FAILED',
  );
  expect(parse(await readFile(stock, 'utf8'))).toEqual({
    flow: 'stock-to-commerce',
    cases: [
      {
        case: `stock TL-10002: TL_MAP_FAILED of error ${error.id}`,
        record: { SKU: 'TL-10002', Location: 'main', Quantity: 'many', CountedAt: '2026-01-01T00:00:00Z' },
        expect: { outcome: 'delivered' },
      },
    ],
  });

  const mistakes = [
    [
      ['orders-to-erp', '--error', String(error.id)],
      'is one of the flow "stock-to-commerce", not of "orders-to-erp"',
    ],
    [
      ['orders-to-erp', '--key', 'SO-100001', '--to', stock],
      'tests the flow "stock-to-commerce", not "orders-to-erp"',
    ],
    [['orders-to-erp', '--key', 'nobody'], 'no record with the key "nobody" among the 5'],
  ] as const;
  for (const [args, message] of mistakes) {
    const refused = await tradelane('record', ...args);
    expect({ args, code: refused.code }).toEqual({ args, code: 2 });
    expect(refused.stderr).toContain(message);
  }
});

test('cases come beside the flow, with names that are free, and mistakes are explained', {
  timeout: 300_000,
}, async () => {
  await using workspace = await createTestWorkspace();
  await workspace.drop('orders-1.csv', 'id,email,price\nA,anna@mail.example,1.00\nB,"broken,2.00\n');
  await workspace.drop('orders-2.csv', 'id,email,price\nC,otto@mail.example,3.00\n');
  const first = await workspace.run(['record', 'orders', '--key', 'C']);
  expect(first).toMatchObject({ code: 0, stdout: 'the case "orders C" stands in flows/orders.test.yaml\n' });
  expect(first.stderr).toContain('masked by name alone, as no schema speaks of them: email');
  expect((await workspace.run(['record', 'orders', '--key', 'C'])).stdout).toContain('"orders C (2)"');
  const text = await readFile(join(workspace.dir, 'flows/orders.test.yaml'), 'utf8');
  const record = { id: 'C', email: 'xxxx@xxxx.xxxxxxx', price: '3.00' };
  expect(parse(text).cases).toEqual(
    ['orders C', 'orders C (2)'].map((name) => ({
      case: name,
      record,
      expect: { key: 'C', payload: record },
    })),
  );

  const taken = await workspace.run(['record', 'orders', '--key', 'C', '--case', 'orders C']);
  expect(taken).toMatchObject({ code: 2, stdout: '' });
  expect(taken.stderr).toContain('has a case "orders C" already; --case gives the new one another name');
  expect((await workspace.run(['test'])).code).toBe(0);
  await workspace.run(['run', 'orders']);
  const { document } = await workspace.json(['errors', 'list']);
  const raw = String(document.errors[0]?.id);
  const mistakes = [
    ['record orders', 'either --key KEY or --error ID says which record is meant'],
    ['record orders --key A --error 1', 'either --key KEY or --error ID'],
    ['record orders --error one', '--error must be a whole number, got "one"'],
    ['record orders --error 999', 'there is no error 999'],
    [`record orders --error ${raw}`, 'has no whole record, only the text of what could not be read'],
    ['record order --key A', 'did you mean "orders"'],
    ['record orders --key C --to orders.yaml', '--to must name a file that ends in .test.yaml'],
  ] as const;
  for (const [args, message] of mistakes) {
    const refused = await workspace.run(args.split(' '));
    expect({ args, code: refused.code, stderr: refused.stderr }).toEqual({
      args,
      code: 2,
      stderr: expect.stringContaining(message),
    });
  }
});
