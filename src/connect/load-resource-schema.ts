import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../contract/json.ts';

let loaded: JsonObject | undefined;

/** JSON Schema of a resource as a connection may declare it: `$defs/resource` of schemas/connector.schema.json. */
export function loadResourceSchema(): JsonObject {
  loaded ??= readResourceSchema();
  return loaded;
}

function readResourceSchema(): JsonObject {
  const file = new URL('../../schemas/connector.schema.json', import.meta.url);
  const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const definitions = isJsonObject(schema) ? schema['$defs'] : undefined;
  return Object.freeze({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $ref: '#/$defs/resource',
    $defs: definitions,
  });
}
