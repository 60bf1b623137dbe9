import { isJsonObject } from '../../../../src/contract/json.ts';
import { parseTime } from '../../../../src/simulator/parse-time.ts';
import type { ObjectType, Property, Thing } from './object-types.ts';
import { refuse } from './refusal.ts';

export type Predicate = (thing: Thing) => boolean;

/**
 * One filter of a list, such as `Status=Open|Completed` or `LastUpdated=!<2026-01-01T00:00:00Z`:
 * `|` or, `!` not, `>` and `<` strictly greater and less, `*` any characters; `!*` is "has no value".
 * Source: OrderCloud documentation, Advanced Querying.
 */
export function compileFilter(type: ObjectType, path: string, value: string): Predicate {
  const kind = kindOf(type, path);
  const read = readerOf(path);
  const terms = value.split('|').map((term) => compileTerm(kind, term, path));
  return (thing) => {
    const found = read(thing);
    return terms.some((matches) => matches(found));
  };
}

/** A value of an object by its dotted path: `Inventory.QuantityAvailable`, `xp.erp.number`. */
export function readerOf(path: string): (thing: Thing) => unknown {
  const names = path.split('.');
  return (thing) =>
    names.reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), thing);
}

/** Order of two values: absent ones first, text by code unit, dates by the moment they mean. */
export function compareValues(kind: Property['kind'], left: unknown, right: unknown): number {
  const a = toComparable(kind, left);
  const b = toComparable(kind, right);
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a < b ? -1 : 1;
}

/** Kind of a property by its path; anything under `xp` is taken as text. */
export function kindOf(type: ObjectType, path: string): Property['kind'] {
  if (path.startsWith('xp.')) return 'text';
  let property: Property | undefined;
  let properties: Readonly<Record<string, Property>> | undefined = type.properties;
  for (const name of path.split('.')) {
    property = properties?.[name];
    properties = property?.properties;
  }
  if (property !== undefined) return property.kind;
  throw refuse(400, 'List.InvalidProperty', `${path} is not a property of ${type.name}.`);
}

function compileTerm(kind: Property['kind'], term: string, path: string): (value: unknown) => boolean {
  if (term.startsWith('!')) {
    const matches = compileTerm(kind, term.slice(1), path);
    return (value) => !matches(value);
  }
  if (term.startsWith('>') || term.startsWith('<')) {
    const bound = toBound(kind, term.slice(1), path);
    const sign = term.startsWith('>') ? 1 : -1;
    return (value) => isPresent(value) && compareValues(kind, value, bound) * sign > 0;
  }
  if (term.includes('*')) {
    const pattern = new RegExp(`^${term.split('*').map(escapeText).join('.*')}$`, 'is');
    return (value) => isPresent(value) && pattern.test(String(value));
  }
  if (kind === 'text') {
    const wanted = term.toLowerCase();
    return (value) => isPresent(value) && String(value).toLowerCase() === wanted;
  }
  const wanted = toBound(kind, term, path);
  return (value) => isPresent(value) && compareValues(kind, value, wanted) === 0;
}

function toBound(kind: Property['kind'], text: string, path: string): unknown {
  const bound = kind === 'boolean' ? parseBoolean(text) : kind === 'text' ? text : toComparable(kind, text);
  if (bound !== undefined) return bound;
  throw refuse(400, 'List.InvalidType', `"${text.slice(0, 40)}" cannot be compared with ${path}.`);
}

function toComparable(kind: Property['kind'], value: unknown): string | number | undefined {
  if (!isPresent(value)) return undefined;
  if (kind === 'text') return String(value);
  const number = kind === 'date' && typeof value === 'string' ? parseTime(value) : Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function parseBoolean(text: string): boolean | undefined {
  return { true: true, false: false }[text.toLowerCase()];
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '';
}

function escapeText(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
