import { readFileSync } from 'node:fs';
import type { Connector } from '../../../src/contract/connector.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { formatPlace } from '../../../src/workspace/finding.ts';
import type { ParseOptions } from '../../../src/workspace/load/parse-options.ts';
import { parseWorkspace } from '../../../src/workspace/load/parse-workspace.ts';
import { type ShapeName, shapeNames } from '../../../src/workspace/shape-names.ts';
import type { SourceFile } from '../../../src/workspace/text/source-file.ts';
import type { Builtin, Workspace } from '../../../src/workspace/workspace.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** A small connector with a bit of everything, so that the tests do not hang on those of the package. */
export const shopManifest = `connector: shop
summary: A shop for tests
config:
  type: object
  additionalProperties: false
  required: [baseUrl]
  properties:
    baseUrl: { type: string, format: uri, description: Where it is }
    token: { type: string, writeOnly: true, description: The secret }
    pageSize: { type: integer, minimum: 1, description: Records a page }
baseUrl: "{{config.baseUrl}}"
auth: { type: none }
resources:
  orders:
    key: id
    entity: { name: order, from: { number: id } }
    read: { path: /orders, records: items }
  items:
    key: id
    read: { path: /items }
    create: { method: POST, path: /items, id: id }
  sales:
    key: number
    entity: { name: order, to: { number: number } }
    find: { path: "/sales/{{key}}" }
    create: { method: POST, path: /sales, id: id }
    update: { method: PATCH, path: "/sales/{{id}}" }
    delete: { method: DELETE, path: "/sales/{{id}}" }
`;

export const genericManifest = `connector: http
summary: Any REST API
generic: true
config:
  type: object
  additionalProperties: false
  required: [baseUrl]
  properties:
    baseUrl: { type: string, format: uri, description: Where it is }
    auth:
      description: How to authenticate
      oneOf:
        - type: object
          additionalProperties: false
          required: [type]
          properties: { type: { const: none, description: Kind } }
        - type: object
          additionalProperties: false
          required: [type, token]
          properties:
            type: { const: bearer, description: Kind }
            token: { type: string, writeOnly: true, description: Token }
baseUrl: "{{config.baseUrl}}"
auth: "config.auth"
resources: {}
`;

export const connectionsText = `connections:
  shop: { connector: shop, config: { baseUrl: "https://shop.example", token: "\${SHOP_TOKEN}" } }
  erp: { connector: shop, config: { baseUrl: "https://erp.example" } }
`;

export const flowText = `flow: orders-to-erp
source: { connection: shop, resource: orders, as: order }
target: { connection: erp, resource: sales, as: order, write: upsert }
`;

const orderSchema = JSON.stringify({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://tradelane.dev/schemas/order.schema.json',
  type: 'object',
  required: ['number'],
  additionalProperties: false,
  properties: {
    number: { type: 'string', description: 'Number' },
    total: { type: 'string', description: 'Total' },
    status: { type: 'string', description: 'How far it has come' },
    customer: { type: 'object', description: 'Who ordered' },
    shipTo: { type: 'object', description: 'Where the goods go' },
    lines: { type: 'array', items: { type: 'object' }, description: 'The lines' },
    extensions: { type: 'object', description: 'Values of one’s own' },
  },
});

export const builtin: Builtin = {
  version: '0.0.0',
  shapes: Object.fromEntries(
    shapeNames.map((name) => [name, JSON.parse(read(`schemas/${name}.schema.json`)) as JsonObject]),
  ) as Record<ShapeName, JsonObject>,
  files: [
    { path: 'connectors/shop/connector.yaml', text: shopManifest },
    { path: 'connectors/http/connector.yaml', text: genericManifest },
    { path: 'schemas/order.schema.json', text: orderSchema },
    { path: 'schemas/stock.schema.json', text: orderSchema.replaceAll('order', 'stock') },
  ],
  code: new Map<string, { connector: Connector }>(),
};

export type Texts = Readonly<Record<string, string>>;

/** A sound workspace (one flow, two connections), with some of its files replaced or added. */
export function makeWorkspace(texts: Texts = {}, options: Partial<ParseOptions> = {}): Workspace {
  const all = { 'config/connections.yaml': connectionsText, 'flows/orders.yaml': flowText, ...texts };
  const files: SourceFile[] = Object.entries(all).map(([path, text]) => ({ path, text }));
  const env = { SHOP_TOKEN: 'secret-of-the-shop' };
  return parseWorkspace(files, {
    dir: '/shop',
    env,
    builtin,
    code: new Map(),
    fileExists: () => true,
    ...options,
  });
}

/** Every finding as `place code message`, so that a test shows them all when one is amiss. */
export function findingsOf(workspace: Workspace): readonly string[] {
  return workspace.findings.map((finding) => `${formatPlace(finding)} ${finding.code} ${finding.message}`);
}
