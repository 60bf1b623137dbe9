import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import type { GeneratedFile } from './generate-docs.ts';
import { endpointSchema } from './types/endpoint-types.ts';
import { definitionsOf, manyInside, mapSchema, type Schema } from './types/map-schema.ts';
import { defaultsOf } from './types/schema-defaults.ts';

/** Canonical entities: their titles are the names of their types. */
const entities = ['order', 'customer', 'stock', 'price'];

interface FileKind {
  readonly schema: string;
  /** Name of the type of a whole file, and what the names of its parts begin with. */
  readonly root: string;
  readonly prefix: string;
}

const kinds: readonly FileKind[] = [
  { schema: 'flow', root: 'FlowFile', prefix: 'Flow' },
  { schema: 'test', root: 'TestFile', prefix: 'Test' },
  { schema: 'settings', root: 'SettingsFile', prefix: 'Settings' },
  { schema: 'connector', root: 'Manifest', prefix: 'Manifest' },
];

/** TypeScript types of entities and files, and what a file is taken to say where it says nothing, from the schemas. */
export async function generateTypes(root: string): Promise<readonly GeneratedFile[]> {
  return Promise.all([
    ...entities.map(async (name) => toFile(name, entitySchema(await readSchema(root, name)))),
    ...kinds.map(async (kind) => toFile(kind.schema, kindSchema(await readSchema(root, kind.schema), kind))),
    defaultsFile(root),
    endpointsFile(root),
  ]);
}

async function readSchema(root: string, name: string): Promise<Schema> {
  return JSON.parse(await readFile(join(root, `schemas/${name}.schema.json`), 'utf8'));
}

const banner = (source: string) => `// Generated from ${source} by npm run generate`;

async function toFile(name: string, schema: Schema): Promise<GeneratedFile> {
  const types = await compile(mapSchema(schema, withSharedType), name, {
    bannerComment: banner(`schemas/${name}.schema.json`),
    additionalProperties: !entities.includes(name),
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110, trailingComma: 'all', bracketSpacing: true },
  });
  return { path: `src/contract/generated/${name}.ts`, text: toReadonly(types) };
}

async function endpointsFile(root: string): Promise<GeneratedFile> {
  const types = await compile(await endpointSchema(root), 'EndpointTypes', {
    bannerComment: banner('schemas/input and schemas/output'),
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 110, trailingComma: 'all', bracketSpacing: true },
  });
  return { path: 'src/contract/generated/endpoints.ts', text: toReadonly(types) };
}

/** The generator reads titles as type names; those of single values are words for people. */
function entitySchema(schema: Schema): Schema {
  const definitions = Object.entries(definitionsOf(schema)).map(([name, { title, ...rest }]) => [
    name,
    rest['type'] === 'object' ? { title, ...rest } : rest,
  ]);
  return { ...schema, $defs: Object.fromEntries(definitions) };
}

/** Parts that are objects or choices become types of their own; what a single value is stands where it is used. */
function kindSchema(schema: Schema, { root, prefix }: FileKind): Schema {
  const plain = mapSchema(schema, ({ title: _, examples: __, default: ___, ...rest }) => withForms(rest));
  const all = Object.entries(definitionsOf(plain));
  const values = new Map(
    all.filter(([, node]) => isSingleValue(node)).map(([name, node]) => [refTo(name), node]),
  );
  const inlined = mapSchema(plain, ({ $ref, ...rest }) => {
    if ($ref === undefined) return rest;
    return values.has(String($ref)) ? { ...values.get(String($ref)), ...rest } : { $ref, ...rest };
  });
  const types = Object.entries(definitionsOf(inlined))
    .filter(([name]) => !values.has(refTo(name)))
    .map(([name, node]) => [name, { ...node, title: `${prefix}${toPascal(name)}` }]);
  return { ...inlined, title: root, $defs: Object.fromEntries(types) };
}

/** `if` this member has that value, `then` it is this form: a choice of forms. What says nothing of a value may be any. */
function withForms(node: Schema): Schema {
  const all = (node['allOf'] ?? []) as readonly Schema[];
  if (all.length > 0 && all.every((each) => 'if' in each)) {
    return { description: node['description'], oneOf: all.map((each) => each['then']) };
  }
  return Object.keys(node).every((keyword) => keyword === 'description')
    ? { ...node, tsType: 'unknown' }
    : node;
}

function isSingleValue(node: Schema): boolean {
  const { type, enum: choices } = node;
  return type !== 'object' && choices === undefined && !manyInside.some((keyword) => keyword in node);
}

const refTo = (name: string) => `#/$defs/${name}`;

const toPascal = (name: string) =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A `$ref` with a description beside it would become a type of its own; inside `allOf` it stays the shared one. */
function withSharedType({ $ref, ...rest }: Schema): Schema {
  if ($ref === undefined) return rest;
  return Object.keys(rest).length === 0 ? { $ref } : { ...rest, allOf: [{ $ref }] };
}

/** Entities and files are values: nobody changes one in place. */
function toReadonly(types: string): string {
  return types
    .replace(/^( +)((?:\w+|'[^']+'|\[k: string\])\??:(?: |$))/gm, '$1readonly $2')
    .replace(/([:|=] )(\w+|\([^()]*\))\[\]/g, '$1readonly $2[]');
}

async function defaultsFile(root: string): Promise<GeneratedFile> {
  const parts = await Promise.all(
    ['flow', 'settings', 'connector'].map(async (name) => [name, await readSchema(root, name)] as const),
  );
  const all = [
    ...parts.map(([name, schema]) => [name === 'connector' ? 'manifest' : name, defaultsOf(schema)] as const),
    ...parts.flatMap(([, schema]) =>
      definitionsOf(schema)['resource'] === undefined
        ? []
        : [['resource', defaultsOf(schema, definitionsOf(schema)['resource'])] as const],
    ),
  ];
  const text = all.map(
    ([name, values]) => `export const ${name}Defaults = ${JSON.stringify(values, null, 2)} as const;\n`,
  );
  return {
    path: 'src/contract/generated/defaults.ts',
    text: `${banner('schemas/*.schema.json')}\n\n${text.join('\n')}`,
  };
}
