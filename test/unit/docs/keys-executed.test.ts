import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { compileDeclaration } from '../../../connectors/file/declaration.ts';
import { fileConfigSchema, fileResourceSchema } from '../../../connectors/file/schemas.ts';
import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { formatFinding } from '../../../src/workspace/finding.ts';
import { type LoadedWorkspace, openWorkspace } from '../../../src/workspace/load/load-workspace.ts';
import { type Property, propertiesOf, valueAt, withValue } from './schema-examples.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const schemaOf = (name: string) => JSON.parse(read(`schemas/${name}.schema.json`)) as JsonObject;
const schemas = globSync('schemas/*.schema.json', { cwd: root }).map((path) => ({
  path,
  schema: JSON.parse(read(path)) as JsonObject,
}));
const file = (name: string, schema: JsonObject) => ({ path: `connectors/file/schemas.ts: ${name}`, schema });

/** Where the documents of a schema stand in a workspace, and what stands around an example that needs it. */
interface Kind {
  readonly schema: JsonObject;
  /** Path of the file; `NAME` is the name of the document, where a workspace holds many. */
  readonly path: string;
  /** The key that says that name. */
  readonly nameKey?: string;
  /** Files of the workspace around it. */
  readonly files?: Readonly<Record<string, string>>;
  /** The whole file, of a document that the schema describes. */
  readonly around?: (document: unknown) => unknown;
  /** By property: what must stand in the same document for its examples to make sense. */
  readonly beside?: Readonly<Record<string, JsonObject>>;
}

/** The configuration of the connectors that the package brings as manifests. */
const configs: Readonly<Record<string, Kind>> = Object.fromEntries(
  globSync('connectors/*/connector.yaml', { cwd: root }).map((path) => {
    const { connector, config } = parse(read(path)) as { connector: string; config: JsonObject };
    return [
      `config of a ${connector} connection`,
      {
        schema: config,
        path: 'config/connections.yaml',
        around: (document) => ({ connections: { shop: { connector, config: document } } }),
        beside: { username: { password: '${BC_PASSWORD}' }, password: { username: 'tradelane' } },
      } satisfies Kind,
    ];
  }),
);

const shop = (connection: JsonObject) => ({ connections: { shop: { connector: 'file', ...connection } } });
const asksForCustomer = { set: { 'extensions.customerId': '$xref("customer", customer.number)' } };
const ends = `connections:
  commerce:
    connector: http
    config: { baseUrl: "https://shop.example" }
    resources:
      orders:
        key: number
        entity: { name: order, from: { number: number } }
        read: { path: /orders, cursor: { value: changedAt, query: { since: "{{cursor}}" } } }
  erp:
    connector: http
    config: { baseUrl: "https://erp.example" }
    resources:
      salesOrders:
        key: number
        entity: { name: order, to: { number: number } }
        create: { path: /salesOrders }
        update: { path: "/salesOrders/{{key}}" }
        upsert: { path: "/salesOrders/{{key}}" }
        delete: { path: "/salesOrders/{{key}}" }
`;
const kinds: Readonly<Record<string, Kind>> = {
  ...configs,
  flow: {
    schema: schemaOf('flow'),
    path: 'flows/NAME.yaml',
    nameKey: 'flow',
    files: {
      'config/connections.yaml': ends,
      'flows/maps/order.jsonata': '$merge([$, { "number": number }])',
    },
    beside: {
      requires: asksForCustomer,
      'requires/xref': asksForCustomer,
      'target/allowDuplicates': { 'target/write': 'create' },
      'target/absent': { 'target/write': 'update' },
      'guards/maxDeletes': { 'target/write': 'delete', guards: {} },
    },
  },
  test: {
    schema: schemaOf('test'),
    path: 'flows/NAME.test.yaml',
    files: {
      'config/connections.yaml': ends,
      'config/tables/countries.csv': 'name,code\nGermany,DE\n',
      'flows/orders-to-erp.yaml': flowOf(schemaOf('flow')),
    },
    beside: {
      'cases/0/record': { 'cases/0/entity': undefined },
      'cases/0/expect/key': { 'cases/0/entity': undefined, 'cases/0/record': { number: '4711' } },
      'cases/0/expect/outcome': { 'cases/0/expect': {} },
      'cases/0/expect/fault': { 'cases/0/expect': {} },
      'cases/0/expect/message': { 'cases/0/expect': { outcome: 'failed' } },
    },
  },
  connections: { schema: schemaOf('connections'), path: 'config/connections.yaml' },
  settings: { schema: schemaOf('settings'), path: 'config/tradelane.yaml' },
  table: { schema: schemaOf('table'), path: 'config/tables/NAME.yaml' },
  connector: { schema: schemaOf('connector'), path: 'connectors/NAME/connector.yaml', nameKey: 'connector' },
  'config of a file connection': {
    schema: fileConfigSchema,
    path: 'config/connections.yaml',
    around: (config) => shop({ config }),
  },
  'resource of a file connection': {
    schema: fileResourceSchema,
    path: 'config/connections.yaml',
    around: (resource) => shop({ config: { path: './data' }, resources: { orders: withFormat(resource) } }),
  },
};

/** The format that a key is for, where it is no key of CSV. */
const formats = {
  read: { fields: 'fixed', sheet: 'xlsx', records: 'json' },
  write: { records: 'xml' },
} as const;

function withFormat(resource: unknown): unknown {
  if (!isJsonObject(resource)) return resource;
  const parts = Object.entries(formats).flatMap(([part, keys]) => {
    const declared = resource[part];
    if (!isJsonObject(declared)) return [];
    const format = Object.entries(keys).find(([key]) => declared[key] !== undefined)?.[1];
    return [[part, format === undefined ? declared : { ...declared, format }] as const];
  });
  return { ...resource, ...Object.fromEntries(parts) };
}

/** What a document lacks in the others of its workspace, of which an example has none. */
const aboutOthers: ReadonlySet<string> = new Set([
  ...['TLW_CONNECTION_UNUSED', 'TLW_TABLE_UNUSED', 'TLW_XREF_UNDELIVERED', 'TLW_FLOW_OVERLAP'],
  // An example of one key stands beside those of others, which declare another `config`, or no `bulk`.
  'TLW_NAME_UNKNOWN',
  // Certificates and mounted secrets lie elsewhere.
  'TLW_ENV_FILE',
]);

describe('every key', () => {
  const all = [
    ...schemas,
    file('config', fileConfigSchema),
    file('resource', fileResourceSchema),
    ...Object.entries(configs).map(([path, { schema }]) => ({ path, schema })),
  ];

  it.each(all)('has a description: $path', ({ schema }) => {
    expect(propertiesWithout('description', schema)).toEqual([]);
  });

  it.each(all)('has one or two examples: $path', ({ schema }) => {
    expect(propertiesWithout('examples', schema)).toEqual([]);
    const tooMany = propertiesOf(schema).filter(({ examples }) => examples.length > 2);
    expect(tooMany.map(({ at }) => at)).toEqual([]);
  });
});

describe('examples of keys', () => {
  let workspace: LoadedWorkspace;

  beforeAll(async () => {
    workspace = await openWorkspace(join(root, 'no-such-workspace'), {
      // Every variable that an example names is set.
      env: new Proxy({}, { get: () => 'x' }),
      builtinDir: root,
    });
  });

  it.each(Object.entries(kinds))('are free of findings in a whole document: %s', (_name, kind) => {
    const examples = examplesOf(kind);
    const around = Object.entries(kind.files ?? {}).map(([path, text]) => ({ path, text }));
    // One workspace holds them all, but where each would have the same path.
    const together = kind.path.includes('NAME') ? [examples] : examples.map((example) => [example]);
    const wrong = together.flatMap((some) => {
      const files = some.map(({ path, document }) => ({ path, text: stringify(document) }));
      const { findings } = workspace.parse([...around, ...files]);
      return findings
        .filter(({ code }) => !aboutOthers.has(code))
        .map((finding) => {
          const example = some.find(({ path }) => path === finding.file);
          return `${example?.at}: ${formatFinding(finding)}\n${stringify(example?.document)}`;
        });
    });
    expect(examples.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('of a file resource compile', () => {
    for (const property of propertiesOf(fileResourceSchema)) {
      for (const example of property.examples) {
        const document = withFormat(withValue(property.base, property.path, example));
        expect(() => compileDeclaration('orders', document as never, undefined), property.at).not.toThrow();
      }
    }
  });
});

describe('examples of members', () => {
  const entities = schemas.filter(
    ({ schema }) => !Object.values(kinds).some((kind) => kind.schema.$id === schema.$id),
  );

  it.each(entities)('are valid in a whole entity: $path', ({ schema }) => {
    const check = compileSchema(schema);
    const properties = propertiesOf(schema);
    const wrong = properties.flatMap((property) =>
      property.examples.flatMap((example) => check(withValue(property.base, property.path, example))),
    );
    expect(properties.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

/** The smallest flow, as the schema of flows shows it. */
function flowOf({ examples }: JsonObject): string {
  return stringify((examples as readonly unknown[])[0]);
}

/** Each example in a file of its own: what it is put into, and where that stands. */
function examplesOf(kind: Kind): readonly { at: string; path: string; document: unknown }[] {
  const { nameKey, around = (document: unknown) => document } = kind;
  const documents = propertiesOf(kind.schema).flatMap((property) =>
    documentsOf(property, kind).map((document) => ({ at: property.at, document })),
  );
  return documents.map(({ at, document }, index) => {
    const isNamed = nameKey !== undefined && at !== nameKey;
    const name = isNamed
      ? `example-${index}`
      : String(valueAt(document, [nameKey ?? '']) ?? `example-${index}`);
    const named = isNamed ? withValue(document, [nameKey], name) : document;
    return { at, path: kind.path.replace('NAME', name), document: around(named) };
  });
}

function documentsOf(property: Property, { beside = {} }: Kind): readonly unknown[] {
  const needed = Object.entries(beside[property.at] ?? {});
  const base = needed.reduce<unknown>(
    (document, [path, value]) => withValue(document, path.split('/'), value),
    property.base,
  );
  return property.examples.map((example) => withValue(base, property.path, example));
}

/** Properties anywhere in a schema that have no such keyword, neither themselves nor in what their `$ref` names. */
function propertiesWithout(keyword: string, schema: JsonObject): readonly string[] {
  const has = (node: unknown): boolean => {
    const { [keyword]: own, $ref } = (node ?? {}) as Record<string, unknown>;
    if (own !== undefined && own !== '' && (own as readonly unknown[]).length > 0) return true;
    const name = /^#\/\$defs\/(.+)$/.exec(String($ref))?.[1];
    return name !== undefined && has((schema.$defs as JsonObject)[name]);
  };
  const within = (node: unknown, path: string): readonly string[] => {
    if (typeof node !== 'object' || node === null) return [];
    return Object.entries(node).flatMap(([name, child]) => {
      if (name === 'examples' || name === 'if') return [];
      if (name !== 'properties') return within(child, `${path}/${name}`);
      return Object.entries(child as JsonObject).flatMap(([property, each]) => [
        ...(has(each) ? [] : [`${path}/properties/${property}`]),
        ...within(each, `${path}/properties/${property}`),
      ]);
    });
  };
  return within(schema, '');
}
