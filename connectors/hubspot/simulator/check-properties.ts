import { parseTime } from '../../../src/simulator/parse-time.ts';
import type { Property } from './object-types.ts';
import { type InvalidProperty, invalidProperties, type Problem } from './problem.ts';

/** All that is wrong with the values, in one answer, as HubSpot gives it. */
export function checkProperties(
  known: ReadonlyMap<string, Property>,
  properties: Readonly<Record<string, unknown>>,
): Problem | undefined {
  const found = Object.entries(properties).flatMap(
    ([name, value]) => checkValue(known.get(name), name, value) ?? [],
  );
  return found.length === 0 ? undefined : invalidProperties(found);
}

/** The text that HubSpot keeps for a value; `undefined` where the property is cleared. */
export function toStored(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : String(value);
}

function checkValue(
  property: Property | undefined,
  name: string,
  value: unknown,
): InvalidProperty | undefined {
  if (property === undefined)
    return { name, error: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` };
  if (property.readOnly)
    return {
      name,
      error: 'READ_ONLY_VALUE',
      message: `"${name}" is a read only property; its value cannot be set.`,
    };
  const text = toStored(value);
  if (text === undefined) return undefined;
  if (name === 'email' && !looksLikeEmail(text))
    return { name, error: 'INVALID_EMAIL', message: `Email address ${text} is invalid` };
  if (property.kind === 'number' && !/^-?\d+(\.\d+)?$/.test(text))
    return { name, error: 'INVALID_NUMBER', message: `${text} was not a valid number.` };
  if (property.kind === 'datetime' && Number.isNaN(toMillis(text)))
    return { name, error: 'INVALID_DATE', message: `${text} was not a valid date.` };
  return undefined;
}

/** Milliseconds since 1970 of a time given as such or in ISO 8601; HubSpot takes both. NaN where it is neither. */
export function toMillis(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : parseTime(text);
}

function looksLikeEmail(text: string): boolean {
  return /^[^\s@<>,;]+@[^\s@<>,;.]+(\.[^\s@<>,;.]+)+$/.test(text);
}
