import { isJsonObject, type JsonObject } from '../../../../src/contract/json.ts';
import { parseTime } from '../../../../src/simulator/parse-time.ts';
import type { ObjectType, Property, Thing } from './object-types.ts';
import { refuse } from './refusal.ts';

/** A new object: what the body says over the initial values. */
export function createObject(type: ObjectType, body: JsonObject): Thing {
  const created = patchObject(type, initialOf(type.properties), body);
  for (const name of type.required) {
    const value = created[name];
    if (value === null || value === '') throw invalid(`${type.name}.${name} is required.`);
  }
  return created;
}

/** PUT over an object that is there: what the body leaves out falls back to its initial value, `xp` included. */
export function overwriteObject(type: ObjectType, before: Thing, body: JsonObject): Thing {
  const readOnly = Object.keys(type.properties).filter((name) => type.properties[name]?.readOnly);
  return { ...createObject(type, body), ...Object.fromEntries(readOnly.map((name) => [name, before[name]])) };
}

/**
 * PATCH: what is mentioned changes, everything else stays, also inside `xp`. Read-only and unknown properties
 * are passed over in silence (from memory of the vendor's behaviour, not documented).
 */
export function patchObject(type: ObjectType, thing: Thing, body: JsonObject): Thing {
  return patchMembers(type.properties, thing, body, type.name);
}

function patchMembers(
  properties: Record<string, Property>,
  thing: Thing,
  body: JsonObject,
  at: string,
): Thing {
  const patched: Record<string, unknown> = { ...thing };
  for (const [name, value] of Object.entries(body)) {
    const property = properties[name];
    if (property === undefined || property.readOnly) continue;
    patched[name] = patchedValue(property, thing[name], value, `${at}.${name}`);
  }
  return patched;
}

function patchedValue(property: Property, before: unknown, value: unknown, at: string): unknown {
  if (value === null) return null;
  checkKind(property, value, at);
  if (property.kind === 'list')
    return property.properties === undefined ? value : listOf(property.properties, value, at);
  if (property.kind !== 'object' || !isJsonObject(value)) return value;
  if (property.properties === undefined) return mergeDeep(before, value);
  return patchMembers(
    property.properties,
    isJsonObject(before) ? before : initialOf(property.properties),
    value,
    at,
  );
}

function listOf(properties: Readonly<Record<string, Property>>, value: unknown, at: string): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((entry, index) => {
    if (!isJsonObject(entry)) throw invalidBody(`${at}[${index}]`, 'an object');
    return patchMembers(properties, initialOf(properties), entry, `${at}[${index}]`);
  });
}

function mergeDeep(before: unknown, patch: JsonObject): JsonObject {
  const merged: Record<string, unknown> = isJsonObject(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(patch)) {
    merged[name] = isJsonObject(value) ? mergeDeep(merged[name], value) : value;
  }
  return merged;
}

function initialOf(properties: Readonly<Record<string, Property>>): Thing {
  return Object.fromEntries(Object.entries(properties).map(([name, { initial = null }]) => [name, initial]));
}

/** The vendor's own JSON reader may be more lenient with a number in quotes; a client should not count on it. */
function checkKind({ kind, maxLength }: Property, value: unknown, at: string): void {
  switch (kind) {
    case 'text':
      if (typeof value !== 'string') throw invalidBody(at, 'a string');
      if (maxLength !== undefined && value.length > maxLength)
        throw invalid(`${at} is longer than ${maxLength} characters.`);
      if (at.endsWith('.ID') && !/^[A-Za-z0-9_-]+$/.test(value))
        throw invalid(`${at} may contain letters, digits, - and _ only.`);
      return;
    case 'number':
      if (typeof value !== 'number') throw invalidBody(at, 'a number');
      return;
    case 'integer':
      if (!Number.isInteger(value)) throw invalidBody(at, 'an integer');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw invalidBody(at, 'a boolean');
      return;
    case 'date':
      if (typeof value !== 'string' || Number.isNaN(parseTime(value))) throw invalidBody(at, 'a date');
      return;
    case 'object':
      if (!isJsonObject(value)) throw invalidBody(at, 'an object');
      return;
    case 'list':
      if (!Array.isArray(value)) throw invalidBody(at, 'an array');
      return;
  }
}

function invalid(message: string): Error {
  return refuse(400, 'ValidationFailure', message);
}

function invalidBody(at: string, expected: string): Error {
  return refuse(400, 'Request.InvalidRequestBody', `${at} must be ${expected}.`);
}
