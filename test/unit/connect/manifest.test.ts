import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileManifest } from '../../../src/connect/compile-manifest.ts';
import { compileResource } from '../../../src/connect/compile-resource.ts';
import { faultCodes } from '../../../src/contract/fault-table.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import type { PlaceOf } from '../../../src/mapping/tree.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const schema = JSON.parse(read('schemas/connector.schema.json')) as JsonObject;
const check = compileSchema(schema);
const tools = { clock: { now: () => 0 }, log: { debug() {}, warn() {} } };
const connection = { name: 'c', config: { baseUrl: 'http://127.0.0.1:1' }, limits: {}, workspaceDir: '.' };

const minimal: JsonObject = {
  connector: 'acme',
  summary: 'Acme',
  config: { type: 'object', properties: { key: { type: 'string', description: 'Key' } } },
  baseUrl: 'https://acme.example.org',
};
const withThings = (things: JsonObject): JsonObject => ({
  ...minimal,
  resources: { things: { key: 'id', ...things } },
});

function isDescribed({ description, $ref }: { description?: string; $ref?: string }): boolean {
  const target = $ref?.startsWith('#/$defs/') ? (schema['$defs'] as JsonObject)[$ref.slice(8)] : undefined;
  return description !== undefined || (target as JsonObject | undefined)?.['description'] !== undefined;
}

describe('the schema of manifests', () => {
  test('describes every property', () => {
    const missing: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties = {}, examples: _, ...keywords } = node as JsonObject;
      for (const [name, property] of Object.entries(properties as JsonObject)) {
        if (!path.endsWith('/if') && !isDescribed(property as JsonObject)) missing.push(`${path}/${name}`);
        walk(property, `${path}/${name}`);
      }
      for (const [name, value] of Object.entries(keywords)) walk(value, `${path}/${name}`);
    };
    walk(schema, '');
    expect(missing).toEqual([]);
  });

  test('knows every fault code', () => {
    const row = (schema['$defs'] as Record<string, { properties: { code: { enum: string[] } } }>)[
      'responseRow'
    ];
    expect(row?.properties.code.enum).toEqual(['ok', 'absent', ...faultCodes]);
  });

  test('accepts the connector for any HTTP API', () => {
    const manifest = parse(read('connectors/http/connector.yaml')) as JsonObject;
    expect(check(manifest)).toEqual([]);
    const config = compileSchema(manifest['config'] as JsonObject);
    expect(
      config({
        baseUrl: 'https://x.example.org',
        auth: { type: 'apiKey', name: 'k', value: 'v' },
        timeout: '5s',
      }),
    ).toEqual([]);
    expect(config({ baseUrl: 'https://x.example.org', auth: { type: 'bearer' } })).not.toEqual([]);
  });

  test.each([
    ['a minimal manifest', minimal, true],
    ['a resource', withThings({ read: { path: '/x', paging: { type: 'link' } } }), true],
    ['an unknown member', { ...minimal, baseURL: 'x' }, false],
    ['an unknown member of a read', withThings({ read: { path: '/x', pages: 1 } }), false],
    [
      'a member of another paging',
      withThings({ read: { path: '/x', paging: { type: 'link', token: 'x' } } }),
      false,
    ],
    ['an unknown paging', withThings({ read: { path: '/x', paging: { type: 'pages' } } }), false],
    [
      'a row without a reason',
      { ...minimal, responses: [{ status: 409, code: 'TL_TARGET_DUPLICATE' }] },
      false,
    ],
    ['an unknown code', { ...minimal, responses: [{ status: 409, code: 'TL_OOPS', because: 'x' }] }, false],
    ['a wrong duration', { ...minimal, timeout: '30' }, false],
    [
      'a configuration without descriptions',
      { ...minimal, config: { type: 'object', properties: { a: { type: 'string' } } } },
      false,
    ],
  ] as readonly [string, JsonObject, boolean][])('judges %s', (_name, manifest, expected) => {
    expect(check(manifest).length === 0).toBe(expected);
  });
});

test('the example in the README of the http connector is right', () => {
  const manifest = parse(read('connectors/http/connector.yaml')) as JsonObject;
  const connector = compileManifest(manifest, { placeOf: () => undefined });
  const yaml = /```yaml\n(.*?)```/s.exec(read('connectors/http/README.md'))?.[1] ?? '';
  const { connections } = parse(yaml) as {
    connections: { erp: { config: JsonObject; resources: Record<string, JsonObject> } };
  };
  const { config, resources } = connections.erp;
  expect(compileSchema(manifest['config'] as JsonObject)(config)).toEqual([]);
  expect(compileSchema(connector.resource!)(resources['salesOrders'])).toEqual([]);
  const open = connector.open({ ...connection, config, resources }, tools);
  expect(Object.keys(open.resources['salesOrders']!)).toEqual([
    'name',
    'keyOf',
    'cursorTime',
    'read',
    'find',
    'create',
    'isCreateRepeatable',
    'update',
    'delete',
  ]);
});

describe('a connector', () => {
  test('is what its manifest says', () => {
    const connector = compileManifest(
      withThings({
        version: 'at',
        find: { path: '/things/{{key}}' },
        upsert: { path: '/b', bulk: { size: 50 } },
      }),
      { placeOf: () => undefined },
    );
    expect(connector).toMatchObject({ name: 'acme', summary: 'Acme' });
    expect(connector.resource).toBeUndefined();
    const open = connector.open({ ...connection, resources: {} }, tools);
    expect(Object.keys(open.resources['things']!).sort()).toEqual([
      'bulkSize',
      'find',
      'keyOf',
      'name',
      'replacing',
      'upsert',
      'versionOf',
    ]);
    expect(open.resources['things']!.bulkSize).toBe(50);
  });

  test('takes resources of the connection over its own', () => {
    const connector = compileManifest(withThings({ read: { path: '/a' } }), { placeOf: () => undefined });
    const { resources } = connector.open(
      { ...connection, resources: { things: { key: 'no', find: { path: '/b' } }, others: { key: 'id' } } },
      tools,
    );
    expect(Object.keys(resources)).toEqual(['things', 'others']);
    expect(resources['things']!.read).toBeUndefined();
    expect(resources['things']!.keyOf({ no: 5 })).toBe('5');
  });

  test('says how a connection may declare resources where it may', () => {
    const connector = compileManifest({ ...minimal, generic: true }, { placeOf: () => undefined });
    const checkResource = compileSchema(connector.resource!);
    expect(checkResource({ key: 'id', read: { path: '/x' } })).toEqual([]);
    expect(checkResource({ key: 'id', reads: { path: '/x' } })).not.toEqual([]);
  });

  test('maps between native records and an entity, with the configuration at hand', async () => {
    const connector = compileManifest(
      withThings({
        entity: { name: 'price', from: { sku: 'no', currency: '$config.currency' }, to: { no: 'sku' } },
      }),
      { placeOf: () => undefined },
    );
    const open = connector.open({ ...connection, config: { currency: 'EUR' }, resources: {} }, tools);
    const { entity } = open.resources['things']!;
    expect(await entity?.from?.({ no: 'A1' })).toEqual({ sku: 'A1', currency: 'EUR' });
    expect(await entity?.to?.({ sku: 'A1' })).toEqual({ no: 'A1' });
  });
});

describe('what is wrong with a manifest', () => {
  const placeOf: PlaceOf = (path) => ({
    file: 'connectors/acme/connector.yaml',
    line: path.length,
    column: 3,
  });

  test.each([
    ['a broken expression', { read: { path: '/x', records: 'a.(' } }],
    ['a broken template', { find: { path: '/x/{{key' } }],
    ['an expression in a query', { find: { path: '/x', query: { q: '{{key &}}' } } }],
    ['a leaf of an entity', { entity: { name: 'order', from: { number: 'a b' } } }],
  ])('has a place in its file: %s', (_name, things) => {
    expect(() => compileManifest(withThings(things), { placeOf })).toThrow(
      expect.objectContaining({
        code: 'TL_WORKSPACE_INVALID',
        at: expect.stringMatching(/^connectors\/acme\/connector\.yaml:\d+:\d+$/),
      }),
    );
  });

  test.each([
    ['records', { read: { path: '/x', records: 'a.(' } }, 'resources.things.read.records: '],
    [
      'a query',
      { find: { path: '/x', query: { filter: '{{key &}}' } } },
      'resources.things.find.query.filter: ',
    ],
    [
      'paging',
      { read: { path: '/x', paging: { type: 'keyset', last: 'id' } } },
      'resources.things.read.paging must have `query` or `body`',
    ],
    ['a missing path', { read: {} }, 'resources.things.read must have `path`'],
    ['a missing key', { key: undefined }, 'resources.things must have `key`'],
  ])('is told by its path where no place is known: %s', (_name, things, message) => {
    const declaration = { key: 'id', ...things };
    expect(() => compileResource(declaration, { name: 'things', placeOf: () => undefined })).toThrow(message);
  });

  test('names the connection for resources declared there', () => {
    const connector = compileManifest(minimal, { placeOf });
    expect(() => connector.open({ ...connection, resources: { x: { key: '(' } } }, tools)).toThrow(
      'connections.c.resources.x.key: ',
    );
  });
});
