import jsonata, { type Focus } from 'jsonata';
import { badArgument, type Raised } from '../raised.ts';

export interface LookupTable {
  /** The row of a key; `undefined` where there is none. */
  get(key: string): unknown;
}

interface NativeFunction {
  readonly implementation: (this: Focus, input: unknown, key: string) => unknown;
}

const jsonatasOwn = (await jsonata('$lookup').evaluate(undefined)) as NativeFunction;

/**
 * `$lookup(table, key)`: with a text as first argument, the row of a lookup table; with an object or an array, the
 * member of that name as in plain JSONata. A key that a table does not have gives nothing, so `?:` can answer.
 */
export function createLookup(tables: Readonly<Record<string, LookupTable>>) {
  return function lookup(this: Focus, input: unknown, key: unknown): unknown {
    if (typeof input === 'string') return readTable(tables, input, key);
    if (typeof key === 'number') throw badArgument('lookup', 2, 'a string', key);
    return jsonatasOwn.implementation.call(this, input, key as string);
  };
}

/** The same for a table and a key of the right types only; throws for anything else. */
export function createTableLookup(tables: Readonly<Record<string, LookupTable>>) {
  return function lookup(table: unknown, key: unknown): unknown {
    if (typeof table !== 'string') throw badArgument('lookup', 1, 'the name of a table', table);
    if (key !== undefined && typeof key !== 'string' && typeof key !== 'number')
      throw badArgument('lookup', 2, 'a key', key);
    return readTable(tables, table, key);
  };
}

/** The name is not repeated in the message: it may have come out of a payload. */
function readTable(tables: Readonly<Record<string, LookupTable>>, name: string, key: unknown): unknown {
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    const known = Object.keys(tables).sort().join(', ') || 'none';
    throw {
      raised: 'argument',
      message: `argument 1 of $lookup names no lookup table (there are: ${known})`,
      hint: 'tables are files in config/tables, named without their ending',
    } satisfies Raised;
  }
  return key === undefined ? undefined : (table.get(String(key)) ?? undefined);
}
