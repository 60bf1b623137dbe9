import type { Ajv, ErrorObject, SchemaValidateFunction } from 'ajv';
import { compareDecimals, isMultipleOf, isWhole } from '../../contract/exact-json/decimal-text.ts';
import { isExactText } from '../../contract/exact-json/json-number.ts';
import type { JsonObject } from '../../contract/json.ts';
import { limitKeywords } from './limits.ts';
import { mapSchemas } from './map-schemas.ts';

/** Stands for `type` where that asks for numbers: ajv's own cannot be replaced. */
const exactType = 'exactType';

/** The schema with its types and limits in a form that {@link addExactKeywords} judges. */
export function toExactSchema(schema: JsonObject): JsonObject {
  return mapSchemas(schema, (each) => {
    const { type, nullable, ...rest } = each;
    const types: readonly unknown[] = Array.isArray(type) ? type : [type];
    if (!types.includes('number') && !types.includes('integer')) return each;
    return { ...rest, [exactType]: nullable === true ? [...types, 'null'] : type };
  });
}

/**
 * Has `type`, `minimum` and the like accept the text of a number that a double cannot hold, and judge all of its digits.
 * @param accept - asked whether the text at a JSON pointer is to be taken for a number.
 */
export function addExactKeywords(ajv: Ajv, accept: (pointer: string) => boolean): void {
  ajv.addKeyword({ keyword: exactType, validate: createTypeCheck(accept), errors: true });
  for (const keyword of limitKeywords) {
    ajv.removeKeyword(keyword);
    ajv.addKeyword({
      keyword,
      type: ['number', 'string'],
      schemaType: ['number', 'string'],
      validate: createLimitCheck(keyword),
      errors: true,
    });
  }
}

function createTypeCheck(accept: (pointer: string) => boolean): SchemaValidateFunction {
  const validate: SchemaValidateFunction = (
    type: string | readonly string[],
    data: unknown,
    parentSchema?: object,
    context?: { readonly instancePath: string },
  ) => {
    const types = typeof type === 'string' ? [type] : type;
    if (types.some((each) => isOfType(data, each))) return true;
    const isNumber = isExactText(data) && (types.includes('number') || isWhole(data));
    if (isNumber && accept(context?.instancePath ?? '')) return true;
    validate.errors = [toError('type', { type }, parentSchema)];
    return false;
  };
  return validate;
}

function isOfType(data: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(data);
  if (type === 'number') return Number.isFinite(data);
  if (type === 'null') return data === null;
  if (type === 'array') return Array.isArray(data);
  if (type === 'object') return typeof data === 'object' && data !== null && !Array.isArray(data);
  return typeof data === type;
}

type Limit = (typeof limitKeywords)[number];

function createLimitCheck(keyword: Limit): SchemaValidateFunction {
  const validate: SchemaValidateFunction = (
    limit: number | string,
    data: number | string,
    parentSchema?: object,
  ) => {
    if (typeof data === 'string' && !isExactText(data)) return true;
    if (comparisons[keyword](String(data), String(limit))) return true;
    const params = keyword === 'multipleOf' ? { multipleOf: limit } : { limit };
    validate.errors = [toError(keyword, params, parentSchema)];
    return false;
  };
  return validate;
}

const comparisons: Readonly<Record<Limit, (value: string, limit: string) => boolean>> = {
  minimum: (value, limit) => compareDecimals(value, limit) >= 0,
  maximum: (value, limit) => compareDecimals(value, limit) <= 0,
  exclusiveMinimum: (value, limit) => compareDecimals(value, limit) > 0,
  exclusiveMaximum: (value, limit) => compareDecimals(value, limit) < 0,
  multipleOf: isMultipleOf,
};

function toError(keyword: string, params: object, parentSchema: object | undefined): Partial<ErrorObject> {
  return { keyword, params, parentSchema: parentSchema as JsonObject };
}
