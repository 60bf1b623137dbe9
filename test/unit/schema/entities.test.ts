import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import { minorUnits } from '../../../src/mapping/library/currencies.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';

const root = join(import.meta.dirname, '../../..');

const schemas: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  ['order', 'customer', 'stock', 'price'].map((name) => [
    name,
    JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8')) as JsonObject,
  ]),
);

const eur = (amount: string) => ({ amount, currency: 'EUR' });

const order = {
  number: '4711',
  status: 'open',
  placedAt: '2026-03-01T12:00:00Z',
  currency: 'EUR',
  taxIncluded: true,
  customer: { number: 'C1', name: 'Ada Byron', email: 'ada@example.org' },
  billTo: { name: 'Ada Byron', line1: 'Main St 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
  shipTo: { country: 'XK' },
  lines: [
    {
      number: '1',
      sku: 'A-1',
      quantity: '2',
      unitPrice: eur('10.00'),
      discount: eur('1.00'),
      tax: { code: 'VAT19', rate: '19', amount: eur('3.03') },
      total: eur('19.00'),
      extensions: { color: 'red' },
    },
    { number: '2', sku: 'A-2', quantity: '-0.5' },
  ],
  charges: { shipping: eur('4.90'), fees: eur('0'), discounts: eur('5.00') },
  taxes: [{ amount: eur('3.03') }],
  subtotal: eur('19.00'),
  total: eur('18.90'),
  requestedDeliveryDate: '2026-03-05',
  externalReference: 'S-9',
  updatedAt: '2026-03-01T12:00:00.123+01:00',
  extensions: { anything: [1, null] },
};

const customer = {
  number: 'C1',
  type: 'person',
  firstName: 'Ada',
  email: 'ada@example.org',
  addresses: [{ use: 'billing', primary: true, country: 'DE' }],
  currency: 'EUR',
  active: true,
};

const stock = {
  sku: 'A-1',
  quantityAvailable: '-3',
  quantityOnHand: '0.5',
  countedAt: '2026-03-01T12:00:00Z',
};
const price = { sku: 'A-1', price: eur('9.90'), minQuantity: '10', validFrom: '2026-03-01T00:00:00Z' };

describe('canonical entities', () => {
  it.each([
    ['order', order],
    [
      'order',
      { number: '1', currency: 'EUR', customer: { number: 'C' }, lines: [order.lines[1]], total: eur('0') },
    ],
    ['customer', customer],
    ['customer', { number: 'C2' }],
    ['stock', stock],
    ['price', price],
  ])('%s %#: is valid', (name, value) => {
    expect(compileSchema(schemas[name]!)(value)).toEqual([]);
  });

  it.each([
    [
      'order',
      { ...order, currency: 'Eur' },
      'currency: must be an ISO 4217 currency code, got "Eur"; did you mean "EUR"?',
    ],
    [
      'order',
      { ...order, total: { amount: 18.9, currency: 'EUR' } },
      'total.amount: must be a string, got a number',
    ],
    [
      'order',
      { ...order, total: eur('18,90') },
      'total.amount: must be a decimal text such as "12.50", got "18,90"',
    ],
    [
      'order',
      { ...order, total: eur('1e3') },
      'total.amount: must be a decimal text such as "12.50", got "1e3"',
    ],
    ['order', { ...order, lines: [] }, 'lines: must have at least 1 item, has 0'],
    ['order', { ...order, customer: {} }, 'customer.number: is missing'],
    [
      'order',
      { ...order, shipTo: { country: 'UK' } },
      'shipTo.country: must be an ISO 3166-1 alpha-2 country code, got "UK"',
    ],
    ['order', { ...order, placedAt: '2026-03-01' }, 'placedAt: must be a date and time with a zone'],
    [
      'order',
      { ...order, externalRefrence: 'x' },
      'externalRefrence: is not a known member; did you mean `externalReference`?',
    ],
    ['customer', { ...customer, email: 'not an address' }, 'email: must be an e-mail address'],
    ['customer', { ...customer, number: '' }, 'number: must not be empty'],
    ['stock', { sku: 'A' }, 'quantityAvailable: is missing'],
    ['price', { sku: 'A', price: '9.90' }, 'price: must be an object, got a string'],
  ])('%s %#: is refused', (name, value, message) => {
    const problems = compileSchema(schemas[name]!)(value).map(
      (problem) => `${problem.path}: ${problem.message}`,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it('never shows personal data', () => {
    const values = {
      email: 'hunter2',
      name: 1,
      customer: { email: 'hunter2' },
      billTo: { email: 'hunter2', country: 'DE' },
    };
    const problems = compileSchema(schemas['order']!)({ ...order, ...values });
    expect(problems.length).toBeGreaterThan(2);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it.each(Object.entries(schemas))(
    '%s describes every property, and closes every object but extensions',
    (_, schema) => {
      for (const [path, node] of walk(schema, '')) {
        const properties = node['properties'];
        if (!isJsonObject(properties)) continue;
        expect(node['additionalProperties'], path).toBe(false);
        for (const [name, property] of Object.entries(properties)) {
          expect((property as JsonObject)['description'], `${path}/${name}`).toMatch(/\.$/);
        }
      }
    },
  );

  it.each(Object.entries(schemas))('%s shares its definitions with the others', (_, schema) => {
    for (const [name, definition] of Object.entries((schema['$defs'] ?? {}) as JsonObject)) {
      const inOrder = definitionsOf('order')[name];
      if (inOrder !== undefined) expect(definition, name).toEqual(inOrder);
    }
  });

  it('knows the same currencies as $money', () => {
    const { currency } = definitionsOf('price') as { currency: { enum: string[] } };
    expect(currency.enum).toEqual([...minorUnits.keys()]);
  });

  it('has types that are what the schemas give', async () => {
    const script = join(root, 'scripts/generate.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [script, '--check']);
    expect(stdout).toBe('');
  });
});

function definitionsOf(name: string): JsonObject {
  return schemas[name]!['$defs'] as JsonObject;
}

function* walk(node: unknown, path: string): Generator<[string, JsonObject]> {
  if (typeof node !== 'object' || node === null) return;
  if (isJsonObject(node)) yield [path, node];
  for (const [name, child] of Object.entries(node)) yield* walk(child, `${path}/${name}`);
}
