import { isExactText } from '../../../../src/contract/exact-json/json-number.ts';
import { refuse, refuseRelation } from '../refusal.ts';
import { toDecimal } from './decimal.ts';
import { defaultOf, type EntityType, type Field, type Value, type Values } from './fields.ts';
import { countries, currencies } from './related-codes.ts';

/**
 * A request body → the values it sets, as the ERP stores them. Refuses what the ERP refuses: unknown and read-only
 * properties, values of another type (a decimal sent as a string), texts beyond their field, unknown codes.
 */
export function checkBody(type: EntityType, body: unknown, nested: readonly string[]): Values {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    refuse(400, 'BadRequest', 'The request body must be one JSON object.');
  }
  const values: Values = {};
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@') || nested.includes(name)) continue;
    values[name] = checkMember(type, name, value);
  }
  return values;
}

function checkMember(type: EntityType, name: string, value: unknown): Value {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  if (field === undefined) {
    return refuse(
      400,
      'BadRequest',
      `The property '${name}' does not exist on type 'Microsoft.NAV.${type.name}'.`,
    );
  }
  if (field.readOnly) refuse(400, 'BadRequest_InvalidOperation', `Control '${name}' is read-only.`);
  if (value === null) return defaultOf(field);
  const stored = toStored(field, value);
  checkRelation(type, name, field, stored);
  return stored;
}

function toStored(field: Field, value: unknown): Value {
  switch (field.kind) {
    case 'code':
      return fitted(asText(value, 'Edm.String').trim().toUpperCase(), field.max);
    case 'text':
      return fitted(asText(value, 'Edm.String'), field.max);
    case 'decimal':
      // Decimals of more digits than a number holds come as texts of them.
      if (isExactText(value) && !/e/i.test(value)) return value;
      return typeof value === 'number' ? toDecimal(value) : refuseType(value, 'Edm.Decimal');
    case 'integer':
      return Number.isInteger(value) ? Number(value) : refuseType(value, 'Edm.Int32');
    case 'boolean':
      return typeof value === 'boolean' ? value : refuseType(value, 'Edm.Boolean');
    case 'date':
      return asPattern(value, /^\d{4}-\d{2}-\d{2}$/, 'Edm.Date');
    case 'dateTime':
      return asPattern(value, /^\d{4}-\d{2}-\d{2}T/, 'Edm.DateTimeOffset');
    case 'guid':
      return asPattern(value, guidPattern, 'Edm.Guid').toLowerCase();
    case 'option':
      return asOption(field, asText(value, 'Edm.String'));
  }
}

export const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The ERP's XML names escape the blank: `Fixed_x0020_Asset`. Both forms are taken. */
export function asOption(field: Field, value: string): string {
  const plain = value.replaceAll('_x0020_', ' ');
  if (field.options.includes(plain)) return plain;
  return refuse(
    400,
    'Application_EvaluateException',
    `The value "${value}" can't be evaluated into type Option.`,
  );
}

function fitted(text: string, max: number): string {
  if (text.length <= max) return text;
  return refuse(
    400,
    'Application_StringExceededLength',
    `The length of the string is ${text.length}, but it must be less than or equal to ${max} characters. Value: ${text}`,
  );
}

function asText(value: unknown, edmType: string): string {
  return typeof value === 'string' ? value : refuseType(value, edmType);
}

function asPattern(value: unknown, pattern: RegExp, edmType: string): string {
  return typeof value === 'string' && pattern.test(value) ? value : refuseType(value, edmType);
}

function refuseType(value: unknown, edmType: string): never {
  refuse(
    400,
    'BadRequest',
    `Cannot convert the literal '${String(value)}' to the expected type '${edmType}'.`,
  );
}

function checkRelation(type: EntityType, name: string, field: Field, value: Value): void {
  if (field.relation === undefined || value === '') return;
  const known = field.relation === 'country' ? countries : currencies;
  if (known.has(String(value))) return;
  refuseRelation(
    name,
    type.table,
    String(value),
    field.relation === 'country' ? 'Country/Region' : 'Currency',
  );
}
