import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../contract/json.ts';

let manifest: JsonObject | undefined;
let resource: JsonObject | undefined;
let answers: JsonObject | undefined;

/** JSON Schema of a resource as a connection may declare it: `$defs/resource` of schemas/connector.schema.json. */
export function loadResourceSchema(): JsonObject {
  resource ??= Object.freeze({
    ...dialect,
    $ref: '#/$defs/resource',
    $defs: membersOf(loadManifestSchema(), '$defs'),
  });
  return resource;
}

/** JSON Schema of what a connection may say of answers, as a manifest does: `responses` and `error`. */
export function loadAnswersSchema(): JsonObject {
  const { responses, error } = membersOf(loadManifestSchema(), 'properties');
  const { responseRow, statusMatch, operation } = membersOf(loadManifestSchema(), '$defs');
  // A manifest is read by strangers, who want to know why; a connection by those who wrote it.
  const row = { ...(isJsonObject(responseRow) ? responseRow : {}), required: ['code'] };
  answers ??= Object.freeze({
    ...dialect,
    type: 'object',
    properties: { responses, error },
    $defs: { responseRow: row, statusMatch, operation },
  });
  return answers;
}

const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema' };

function loadManifestSchema(): JsonObject {
  manifest ??= readSchema(new URL('../../schemas/connector.schema.json', import.meta.url));
  return manifest;
}

function readSchema(file: URL): JsonObject {
  const schema: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isJsonObject(schema) ? schema : {};
}

function membersOf(schema: JsonObject, name: string): JsonObject {
  const members = schema[name];
  return isJsonObject(members) ? members : {};
}
