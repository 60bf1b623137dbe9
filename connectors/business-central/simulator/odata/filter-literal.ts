import { parseTime } from '../../../../src/simulator/parse-time.ts';
import { asOption, guidPattern } from '../erp/check-body.ts';
import { defaultOf, type EntityType, type Field, type Value } from '../erp/fields.ts';
import { refuse } from '../refusal.ts';

/** A literal as it stands in a `$filter` → the value to compare with, in the form in which the field keeps it. */
export function toLiteral(type: EntityType, name: string, token: string): Value {
  const field = fieldOf(type, name);
  if (token === 'null') return defaultOf(field);
  const quoted = token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : undefined;
  const value = quoted === undefined ? bareLiteral(field, token) : quotedLiteral(type, name, field, quoted);
  return value ?? refuseLiteral(token, field);
}

function quotedLiteral(type: EntityType, name: string, field: Field, text: string): Value | undefined {
  if (field.kind === 'option') return asOption(field, text);
  if (field.kind === 'text') return text;
  if (field.kind !== 'code') return undefined;
  if (text.length <= field.max) return text.trim().toUpperCase();
  return refuse(
    400,
    'Application_StringExceededLength',
    `The filter "='${text}'" is not valid for the ${name} field on the ${type.table} table. The length of the string is ${text.length}, but it must be less than or equal to ${field.max} characters. Value: ${text}`,
  );
}

function bareLiteral(field: Field, token: string): Value | undefined {
  switch (field.kind) {
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(token) ? token : undefined;
    case 'integer':
      return /^-?\d+$/.test(token) ? Number(token) : undefined;
    case 'boolean':
      return token === 'true' ? true : token === 'false' ? false : undefined;
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(token) ? token : undefined;
    case 'dateTime':
      return toInstant(token);
    case 'guid':
      return guidPattern.test(token) ? token.toLowerCase() : undefined;
    default:
      return undefined;
  }
}

/** Any offset and precision → the one form in which times are kept: UTC, milliseconds. */
function toInstant(token: string): string | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(token)) return undefined;
  const instant = new Date(parseTime(token));
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

export function fieldOf(type: EntityType, name: string): Field {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  if (field !== undefined) return field;
  return refuse(
    400,
    'BadRequest',
    `Could not find a property named '${name}' on type 'Microsoft.NAV.${type.name}'.`,
  );
}

function refuseLiteral(token: string, field: Field): never {
  refuse(
    400,
    'BadRequest',
    `A binary operator with incompatible types was detected: ${token} is no ${field.kind} literal.`,
  );
}
