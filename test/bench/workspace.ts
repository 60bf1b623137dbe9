import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Workload } from './workloads.ts';

export interface BenchWorkspace {
  readonly url: string;
  readonly workloads: readonly Workload[];
  /** Requests under way at the target at once; as the engine has it unasked where absent. */
  readonly concurrency: number | undefined;
  /** What is kept of records; as it comes where absent. */
  readonly history: string | undefined;
}

/** The engine's form of what the other contenders do by hand. */
export async function writeWorkspace(dir: string, workspace: BenchWorkspace): Promise<void> {
  for (const [path, text] of Object.entries(files(workspace))) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

const files = ({ url, workloads: all, concurrency, history }: BenchWorkspace) => ({
  ...(history !== undefined && { 'config/tradelane.yaml': `history: { keep: ${history} }\n` }),
  'config/connections.yaml': `connections:
  shop:
    connector: http
    config: { baseUrl: "${url}" }
    resources:
${['orders', 'prices'].map((kind) => sourceOf(kind, all)).join('\n')}
  erp:
    connector: http
    config: { baseUrl: "${url}" }
${concurrency === undefined ? '' : `    limits: { concurrency: ${concurrency} }\n`}    resources:
      salesOrders:
        key: externalNumber
        find: { path: "/salesOrders?externalNumber={{key}}", records: value }
        create: { method: POST, path: /salesOrders, id: id }
      itemPrices:
        key: sku
        upsert:
          path: /itemPrices
          bulk: { size: 500, body: { items: "records.payload[]" }, results: results, match: sku, id: sku }
`,
  'flows/orders.yaml': `flow: orders
source: { connection: shop, resource: orders }
map:
  externalNumber: number
  orderDate: $substring(placedAt, 0, 10)
  currencyCode: currency
  customerNumber: customer.number
  email: $lowercase(customer.email)
  shipToName: shipTo.name
  shipToAddress:
    street: shipTo.street
    postalCode: shipTo.zip
    city: shipTo.city
    country: shipTo.country
  comment: note
  lines: "lines.{ 'itemNumber': sku, 'description': text, 'quantity': quantity, 'unitPrice': price }[]"
target: { connection: erp, resource: salesOrders, write: create }
`,
  'flows/prices.yaml': `flow: prices
source: { connection: shop, resource: prices }
map:
  sku: sku
  unitPrice: amount
  currencyCode: currency
target: { connection: erp, resource: itemPrices, write: upsert }
delivery: { mode: latest, batch: 500 }
`,
});

function sourceOf(kind: string, all: readonly Workload[]): string {
  const { page, records } = all.find((workload) => workload.kind === kind) ?? { page: 1, records: 1 };
  const key = kind === 'orders' ? 'number' : 'sku';
  return `      ${kind}:
        key: ${key}
        read:
          path: /${kind}
          query: { of: "${records}", size: "${page}" }
          records: value
          paging: { type: page, param: page, total: pages }`;
}
