import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mapSchema, type Schema } from './map-schema.ts';

/**
 * What endpoints are given and what they answer, as one schema that types are made of: each file is a definition,
 * `ListErrorsInput` and `ErrorsListAnswer`, and so is each of their shared parts.
 */
export async function endpointSchema(root: string): Promise<Schema> {
  const folders = await Promise.all([
    definitions(join(root, 'schemas', 'input'), 'Input'),
    definitions(join(root, 'schemas', 'output'), 'Answer'),
  ]);
  const all = Object.fromEntries(folders.flat());
  const members = Object.keys(all).map((name) => [name, { $ref: `#/$defs/${name}` }]);
  return {
    title: 'EndpointTypes',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(members),
    $defs: all,
  };
}

async function definitions(folder: string, suffix: string): Promise<readonly (readonly [string, Schema])[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.schema.json')).sort();
  const found = await Promise.all(
    files.map(async (file) => {
      const name = file.replace('.schema.json', '');
      const schema = toTypes(JSON.parse(await readFile(join(folder, file), 'utf8')), { name, suffix });
      const parts = Object.entries((schema['$defs'] ?? {}) as Readonly<Record<string, Schema>>);
      const { $defs: _parts, ...whole } = schema;
      const inner = parts.map(([part, node]) => [nameOf(name, part, suffix), node] as const);
      return name === 'parts' ? inner : [...inner, [nameOf(name, '', suffix), whole] as const];
    }),
  );
  return found.flat();
}

/** `parts.schema.json#/$defs/error` → `#/$defs/ErrorAnswer`; titles would be taken for names of types. */
function toTypes(
  schema: Schema,
  { name, suffix }: { readonly name: string; readonly suffix: string },
): Schema {
  return mapSchema(
    schema,
    ({
      title: _title,
      examples: _examples,
      default: _default,
      $id: _id,
      $schema: _dialect,
      $ref,
      ...rest
    }) => {
      if ($ref === undefined) return isBare(rest) ? { ...rest, tsType: 'unknown' } : rest;
      const [file = '', part = ''] = String($ref).split('#/$defs/');
      const target = { $ref: `#/$defs/${nameOf(file.replace('.schema.json', '') || name, part, suffix)}` };
      const { description, type: _object, ...more } = rest;
      return Object.keys(more).length === 0 ? target : { description, allOf: [target, more] };
    },
  );
}

function isBare(node: Schema): boolean {
  return Object.keys(node).every((keyword) => keyword === 'description');
}

function nameOf(file: string, part: string, suffix: string): string {
  const base = part === '' ? file : file === 'parts' ? part : `${file}-${part}`;
  return `${base.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}${suffix}`;
}
