import { describe, expect, it } from 'vitest';
import { compileFlow } from '../../../../src/workspace/compile/compile-flow.ts';
import { hashDocuments, planDocuments } from '../../../../src/workspace/compile/plan-documents.ts';
import { parseWorkspace } from '../../../../src/workspace/load/parse-workspace.ts';
import type { Workspace } from '../../../../src/workspace/workspace.ts';
import { builtin, connectionsText, flowText, makeWorkspace } from '../make-workspace.ts';

const pathsOf = (workspace: Workspace) => planDocuments(workspace, 'orders-to-erp').map(({ path }) => path);
const hashOf = (workspace: Workspace) => hashDocuments(planDocuments(workspace, 'orders-to-erp'));

const always = [
  'config/connections.yaml',
  'connectors/shop/connector.yaml',
  'flows/orders.yaml',
  'schemas/order.schema.json',
];

describe('the documents of a plan', () => {
  it('are flow, connections, connectors and schemas', () => {
    expect(pathsOf(makeWorkspace())).toEqual(always);
  });

  it('are mapping file, settings and the tables that are used as well', () => {
    const texts = {
      'flows/orders.yaml': `${flowText}map: o.jsonata\nfilter: $lookup('used', number)\nguards: { maxChange: { of: "$lookup('watched', number)", by: 1% } }\n`,
      'flows/o.jsonata': '{ "number": $lookup("mapped", number) }',
      'config/tradelane.yaml': 'logLevel: warn\n',
      'config/tables/used.csv': 'a,b\n',
      'config/tables/mapped.yaml': 'values: {}\n',
      'config/tables/watched.csv': 'a,b\n',
      'config/tables/unused.csv': 'a,b\n',
      'flows/other.yaml': flowText.replace('orders-to-erp', 'other'),
    };
    expect(pathsOf(makeWorkspace(texts))).toEqual(
      [
        ...always,
        'config/tables/mapped.yaml',
        'config/tables/used.csv',
        'config/tables/watched.csv',
        'config/tradelane.yaml',
        'flows/o.jsonata',
      ].sort(),
    );
  });

  it('are all tables where the name of one is calculated', () => {
    const texts = {
      'flows/orders.yaml': `${flowText}filter: $lookup(type, number)\n`,
      'config/tables/one.csv': 'a,b\n',
      'config/tables/two.csv': 'a,b\n',
    };
    expect(pathsOf(makeWorkspace(texts))).toContain('config/tables/two.csv');
  });

  it('are schemas that schemas refer to, however far', () => {
    const schema = (name: string, ref: string) =>
      `{ "$id": "https://tradelane.dev/schemas/${name}.schema.json", "type": "object", "properties": { "number": { "$ref": "${ref}" } } }`;
    const texts = {
      'schemas/order.schema.json': schema('order', 'money.schema.json'),
      'schemas/money.schema.json': schema(
        'money',
        'https://tradelane.dev/schemas/unit.schema.json#/properties/number',
      ),
      'schemas/unit.schema.json': schema('unit', '#'),
      'schemas/alone.schema.json': schema('alone', '#'),
    };
    const workspace = makeWorkspace(texts);
    expect(workspace.findings).toEqual([]);
    expect(pathsOf(workspace).filter((path) => path.startsWith('schemas/'))).toEqual([
      'schemas/money.schema.json',
      'schemas/order.schema.json',
      'schemas/unit.schema.json',
    ]);
  });

  it('hold no secrets', () => {
    const text = JSON.stringify(planDocuments(makeWorkspace(), 'orders-to-erp'));
    expect(text).toContain('${SHOP_TOKEN}');
    expect(text).not.toContain('secret-of-the-shop');
  });

  it('make the same plan in another process, whose own files are others', () => {
    const texts = {
      'connectors/shop/connector.yaml': `# ours\n${builtin.files[0]?.text}`,
      'config/tradelane.yaml': 'logLevel: warn\n',
    };
    const first = makeWorkspace(texts);
    const options = {
      dir: '/elsewhere',
      env: { SHOP_TOKEN: 'y' },
      builtin,
      code: new Map(),
      fileExists: () => true,
    };
    const second = parseWorkspace(planDocuments(first, 'orders-to-erp'), options);
    expect(planDocuments(second, 'orders-to-erp')).toEqual(planDocuments(first, 'orders-to-erp'));
    const open = () => ({
      close: async () => {},
      resources: {
        orders: {
          name: 'orders',
          keyOf: () => 'k',
          read: async function* () {},
          entity: { name: 'order', from: async (x: unknown) => x },
        },
        sales: {
          name: 'sales',
          keyOf: () => 'k',
          upsert: async () => [],
          entity: { name: 'order', to: async (x: unknown) => x },
        },
      },
    });
    expect(compileFlow(second, 'orders-to-erp', { open }).hash).toBe(hashOf(first));
  });
});

describe('the hash', () => {
  it('stays the same for the same files, in whatever order they come', () => {
    const documents = planDocuments(makeWorkspace(), 'orders-to-erp');
    expect(hashDocuments(documents.toReversed())).toBe(hashDocuments(documents));
    expect(hashOf(makeWorkspace())).toBe(hashOf(makeWorkspace({}, { env: { SHOP_TOKEN: 'another' } })));
  });

  it('stays the same when a file changes that the flow does not depend on', () => {
    const texts = {
      'flows/other.yaml': flowText.replace('orders-to-erp', 'other'),
      'config/tables/a.csv': 'a,b\n',
    };
    expect(hashOf(makeWorkspace(texts))).toBe(hashOf(makeWorkspace()));
  });

  it.each([
    ['flows/orders.yaml', `${flowText}# a comment\n`],
    ['config/connections.yaml', `${connectionsText}# a comment\n`],
    ['connectors/shop/connector.yaml', `${builtin.files[0]?.text}# a comment\n`],
    ['schemas/order.schema.json', `${builtin.files[2]?.text} `],
    ['config/tradelane.yaml', 'logLevel: warn\n'],
  ])('changes with %s', (path, text) => {
    expect(hashOf(makeWorkspace({ [path]: text }))).not.toBe(hashOf(makeWorkspace()));
  });

  it('tells path and text apart', () => {
    const one = hashDocuments([{ path: 'a', text: 'bc' }]);
    expect(hashDocuments([{ path: 'ab', text: 'c' }])).not.toBe(one);
  });
});
