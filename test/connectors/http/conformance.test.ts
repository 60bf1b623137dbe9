import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import http from '../../../connectors/http/simulator.ts';
import { fillTemplate } from '../../../src/app/init/templates.ts';
import type { Subject } from '../../../src/conformance/conformance.ts';
import { describeConformance } from '../../../src/conformance/describe-conformance.ts';
import type { JsonObject } from '../../../src/contract/json.ts';

const price = (amount: string) => ({ sku: 'TL-10003', price: { amount, currency: 'EUR' } });

/** The resources that `init` declares for such a system, both sides in one. */
describeConformance('http', {
  connector: new URL('../../../connectors/http/connector.yaml', import.meta.url),
  simulator: http,
  size: { orders: 150, customers: 20, products: 30 },
  wrongConfig: { auth: { type: 'bearer', token: 'wrong' } },
  declared: {
    orders: declare('order', 'orders', 'number'),
    customers: declare('customer', 'customers', 'number'),
    stock: declare('stock', 'stock', 'sku'),
    prices: declare('price', 'prices', 'sku'),
  },
  resources: {
    orders: { count: 150 },
    customers: { count: 20 },
    stock: { count: 30, change: changeStock },
    prices: {
      count: 30,
      writes: [
        { operation: 'upsert', key: 'TL-10003', value: price('99.90'), holds: price('99.90') },
        {
          operation: 'upsert',
          key: 'NEW-1',
          value: { ...price('1.00'), sku: 'NEW-1' },
          holds: { sku: 'NEW-1' },
        },
      ],
    },
  },
});

function declare(entity: string, resource: string, key: string): JsonObject {
  const values = { name: 'shop', VARIABLE: 'SHOP', address: 'http://127.0.0.1:9001', entity, resource, key };
  const sides = (['source', 'target'] as const).map((side) => {
    const file = new URL(`../../../templates/ends/http/${side}/connection.yaml`, import.meta.url);
    const connections = parse(fillTemplate(readFileSync(file, 'utf8'), values)) as {
      shop: { resources: Record<string, JsonObject> };
    };
    return connections.shop.resources[resource] ?? {};
  });
  const [source = {}, target = {}] = sides;
  const both = { ...(source.entity as JsonObject), ...(target.entity as JsonObject) };
  return { ...source, ...target, entity: both };
}

/** Somebody counts an article. */
async function changeStock({ running }: Subject): Promise<string> {
  const response = await fetch(`${running.url}/stock/TL-10007`, {
    method: 'PUT',
    headers: { authorization: 'Bearer simulated-token', 'content-type': 'application/json' },
    body: JSON.stringify({ quantityAvailable: '7' }),
  });
  return ((await response.json()) as { sku: string }).sku;
}
