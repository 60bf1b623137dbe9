import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { schemaProblems } from '../../../../src/schema/compile-schema.ts';

// Schemas of the package are not held against the schema of schemas again whenever they are used: so they are here.
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const schemaFiles = readdirSync(join(root, 'schemas'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.schema.json'),
);
const manifests = readdirSync(join(root, 'connectors'), { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('connector.yaml'),
);

it.each(schemaFiles)('has a JSON Schema in schemas/%s', (name) => {
  expect(schemaProblems(JSON.parse(readFileSync(join(root, 'schemas', name), 'utf8')) as JsonObject)).toEqual(
    [],
  );
});

it.each(manifests)('has JSON Schemas in connectors/%s', (path) => {
  const { config, resources } = parse(readFileSync(join(root, 'connectors', path), 'utf8')) as {
    readonly config: JsonObject;
    readonly resources?: Readonly<Record<string, { readonly schema?: JsonObject }>>;
  };
  const ofResources = Object.values(resources ?? {}).flatMap(({ schema }) => (schema ? [schema] : []));
  const schemas: readonly JsonObject[] = [config, ...ofResources];
  expect(schemas.flatMap((schema) => schemaProblems(schema))).toEqual([]);
});
