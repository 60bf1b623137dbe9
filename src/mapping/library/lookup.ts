import jsonata, { type Focus } from 'jsonata';
import { toNameText } from '../../contract/text/key-text.ts';
import { badArgument, type RaisedProblem } from '../expression/raised.ts';

export interface LookupTable {
  /** The row of a key; `undefined` where there is none. */
  get(key: string): unknown;
  /** What a key without a row gives; absent: it is an error. */
  readonly missing?: MissingRow;
}

/** `leave`: nothing, so the member is left out. */
export type MissingRow = 'leave' | { readonly default: unknown };

/** What `$lookup` is called where a missing row has an answer in the expression itself. No text can call it so. */
export const answeredLookup = 'lookup or nothing';

export type LookupTables = Readonly<Record<string, LookupTable>>;

interface NativeFunction {
  readonly implementation: (this: Focus, input: unknown, key: string) => unknown;
}

const jsonatasOwn = (await jsonata('$lookup').evaluate(undefined)) as NativeFunction;

/**
 * `$lookup(table, key)`: with a text as first argument, the row of a lookup table; with an object or an array, the
 * member of that name as in plain JSONata. A key without a row is an error, unless the table says what then.
 */
export function createLookup(tables: LookupTables) {
  return function lookup(this: Focus, input: unknown, key: unknown): unknown {
    if (typeof input === 'string') return readTable(tables, input, key);
    return readMember(this, input, key);
  };
}

/** `$lookup(table, key, otherwise)`, and `$lookup(table, key)` where the expression asks whether there is a row. */
export function createLookupOr(tables: LookupTables) {
  return function lookupOr(this: Focus, input: unknown, key: unknown, otherwise: unknown): unknown {
    const found = typeof input === 'string' ? readRow(tables, input, key) : readMember(this, input, key);
    return found ?? otherwise;
  };
}

/** The same two for a table and a key of the right types only; they throw for anything else. */
export function createTableLookup(tables: LookupTables) {
  return function lookup(table: unknown, key: unknown): unknown {
    requireTypes(table, key);
    return readTable(tables, table, key);
  };
}

export function createTableLookupOr(tables: LookupTables) {
  return function lookupOr(table: unknown, key: unknown, otherwise: unknown): unknown {
    requireTypes(table, key);
    return readRow(tables, table, key) ?? otherwise;
  };
}

function requireTypes(table: unknown, key: unknown): asserts table is string {
  if (typeof table !== 'string') throw badArgument('lookup', 1, 'the name of a table', table);
  if (key !== undefined && typeof key !== 'string' && typeof key !== 'number')
    throw badArgument('lookup', 2, 'a key', key);
}

function readMember(focus: Focus, input: unknown, key: unknown): unknown {
  if (typeof key === 'number') throw badArgument('lookup', 2, 'a string', key);
  return jsonatasOwn.implementation.call(focus, input, key as string);
}

/** Without a key nothing is asked, so nothing is missing. */
function readTable(tables: LookupTables, name: string, key: unknown): unknown {
  const row = readRow(tables, name, key);
  if (row !== undefined || key === undefined) return row;
  const missing = tables[name]?.missing;
  if (missing === undefined) throw withoutRow(name, toRowKey(key), tables);
  return missing === 'leave' ? undefined : missing.default;
}

/** The name is not repeated in the message: it may have come out of a payload. */
function readRow(tables: LookupTables, name: string, key: unknown): unknown {
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    const known = Object.keys(tables).sort().join(', ') || 'none';
    throw {
      raised: 'argument',
      message: `argument 1 of $lookup names no lookup table (there are: ${known})`,
      hint: 'tables are files in config/tables, named without their ending',
    } satisfies RaisedProblem;
  }
  return key === undefined ? undefined : (table.get(toRowKey(key)) ?? undefined);
}

/** A number as keys are written: `1e-7` is the row 0.0000001. */
function toRowKey(key: unknown): string {
  return (typeof key === 'number' ? toNameText(key) : undefined) ?? String(key);
}

const shownLength = 60;

function withoutRow(name: string, key: string, tables: LookupTables): RaisedProblem {
  const shown = key.length > shownLength ? `${key.slice(0, shownLength)}…` : key;
  const near = [key.trim(), key.trim().toUpperCase(), key.trim().toLowerCase()].find(
    (each) => tables[name]?.get(each) !== undefined,
  );
  return {
    raised: 'argument',
    message: `$lookup: the table "${name}" has no row for ${JSON.stringify(shown)}`,
    about: { table: name, value: shown },
    argument: { name: 'lookup', index: 2 },
    hint:
      near === undefined
        ? 'add the row, or say what then: `missing` in the table, or a third argument'
        : `it has one for ${JSON.stringify(near)}: $trim, $uppercase or $lowercase the key`,
  };
}
