import { isJsonObject } from '../../../src/contract/json.ts';
import { type Action, answerNotFound, answerProblem } from './account.ts';
import { defineProperty, type Property, type PropertyKind } from './object-types.ts';
import { invalid } from './problem.ts';

/** `GET /crm/v3/properties/{type}`: every property of the type. */
export const listProperties: Action = (_account, { table }) => ({
  status: 200,
  body: { results: [...table.properties.values()].map(renderProperty) },
});

export const getProperty: Action = (account, { table, id }) => {
  const property = table.properties.get(id);
  return property === undefined ? answerNotFound(account) : { status: 200, body: renderProperty(property) };
};

/** `POST /crm/v3/properties/{type}`: a custom property; with `hasUniqueValue` it can be an `idProperty`. */
export const createProperty: Action = (account, { table, body }) => {
  const { name, type, hasUniqueValue } = isJsonObject(body) ? body : {};
  const kind = kinds.find((known) => known === type);
  if (typeof name !== 'string' || !/^[a-z][a-z0-9_]*$/.test(name) || kind === undefined)
    return answerProblem(account, invalid('A property needs a name in lower case and a type'));
  if (table.properties.has(name)) {
    const message = `A property named '${name}' already exists.`;
    return answerProblem(account, { status: 409, category: 'OBJECT_ALREADY_EXISTS', message });
  }
  const property = defineProperty(name, kind, hasUniqueValue === true);
  table.properties.set(name, property);
  if (property.unique) table.unique.set(name, new Map());
  return { status: 201, body: renderProperty(property) };
};

const kinds: readonly PropertyKind[] = ['string', 'number', 'datetime', 'bool', 'enumeration'];

function renderProperty({ name, kind, unique, readOnly }: Property): Record<string, unknown> {
  return {
    name,
    label: name,
    type: kind,
    fieldType: kind === 'number' ? 'number' : kind === 'datetime' ? 'date' : 'text',
    hasUniqueValue: unique,
    modificationMetadata: { readOnlyValue: readOnly },
  };
}
