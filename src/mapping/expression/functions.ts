import type { Expression as JsonataExpression } from 'jsonata';
import { distinct, pad } from '../bounds/bounded-functions.ts';
import { createDateFunctions, createToMillis } from '../library/date-functions.ts';
import { decimalFunctions } from '../library/decimal-functions.ts';
import { clone, evaluateText, number } from '../library/exact-functions.ts';
import {
  answeredLookup,
  createLookup,
  createLookupOr,
  createTableLookup,
  createTableLookupOr,
  type LookupTable,
  type MissingRow,
} from '../library/lookup.ts';
import { moneyFunctions } from '../library/money.ts';
import { badArgument, type RaisedProblem } from './raised.ts';

/** What the functions of a mapping read from. */
export interface MappingFunctions {
  /** Lookup tables by name, for `$lookup(table, key)`. */
  readonly tables: Readonly<Record<string, LookupTable>>;
  /** Whose clock shows a time that names no zone (IANA); UTC if absent. */
  readonly timezone?: string;
}

export type { LookupTable, MissingRow };

/** A function as JSONata calls it. Plain named parameters: partial application (`$times(?, 2)`) reads them. */
export type MappingFunction = (...args: never[]) => unknown;

const flowFunctions = {
  skip(reason: unknown): never {
    if (reason !== undefined && typeof reason !== 'string') throw badArgument('skip', 1, 'a string', reason);
    throw { raised: 'skipped', message: reason ?? 'no reason given' } satisfies RaisedProblem;
  },
  fail(code: unknown, message: unknown): never {
    throw refusal(code, message);
  },
  xref(entity: unknown, id: unknown): unknown {
    if (entity === undefined || id === undefined) return undefined;
    throw {
      raised: 'argument',
      message: '$xref has no cross-references to read here',
      hint: 'use it in `set` or `map` of a flow',
    } satisfies RaisedProblem;
  },
};

function ownFunctions(timezone: string | undefined): Readonly<Record<string, MappingFunction>> {
  return {
    ...decimalFunctions,
    ...moneyFunctions,
    ...createDateFunctions(timezone ?? 'UTC'),
    ...flowFunctions,
  };
}

/** Makes the mapping functions known to one compiled expression; JSONata's own stay as they are. */
export function registerFunctions(
  expression: JsonataExpression,
  functions: MappingFunctions | undefined,
): void {
  const timezone = functions?.timezone ?? 'UTC';
  for (const [name, implementation] of Object.entries(ownFunctions(timezone))) {
    expression.registerFunction(name, implementation as (...args: unknown[]) => unknown);
  }
  expression.registerFunction('number', number, '<(nsb)-:n>');
  expression.registerFunction('eval', evaluateText, '<sx?:x>');
  expression.registerFunction('clone', clone, '<(oa)-:o>');
  expression.registerFunction('distinct', distinct, '<x:x>');
  expression.registerFunction('pad', pad as (...args: unknown[]) => unknown, '<s-ns?:s>');
  // The signature is that of JSONata's own $lookup, with numbers allowed as keys of a table.
  expression.registerFunction('toMillis', createToMillis(timezone), '<s-s?:n>');
  const tables = functions?.tables ?? {};
  expression.registerFunction('lookup', createLookup(tables), '<x-(sn):x>');
  expression.registerFunction(answeredLookup, createLookupOr(tables), '<x(snl)x?:x>');
}

/** The functions that return at once and have no need of JSONata, for direct evaluation. */
export function directFunctions(
  functions: MappingFunctions | undefined,
): Readonly<Record<string, MappingFunction>> {
  const { tables = {}, timezone = 'UTC' } = functions ?? {};
  const lookups = { lookup: createTableLookup(tables), [answeredLookup]: createTableLookupOr(tables) };
  return { ...decimalFunctions, ...moneyFunctions, ...createDateFunctions(timezone), ...lookups };
}

/** Names of the mapping functions that JSONata does not bring along. */
export const ownFunctionNames: readonly string[] = Object.keys(ownFunctions(undefined));

/** Codes are free words of the flow's author, but not those that mean something to the engine. */
function refusal(code: unknown, message: unknown): RaisedProblem {
  if (code !== undefined && code !== null && typeof code !== 'string') {
    return badArgument('fail', 1, 'a string (a code such as "NO_TAX_CODE")', code);
  }
  if (message !== undefined && typeof message !== 'string')
    return badArgument('fail', 2, 'a string', message);
  if (code?.startsWith('TL_') && code !== 'TL_MAP_REFUSED') {
    return {
      raised: 'argument',
      message: 'codes that begin with TL_ are kept for the engine',
      hint: 'choose a code of your own',
    };
  }
  return { raised: 'refused', code: code || 'TL_MAP_REFUSED', message: message ?? 'refused by the flow' };
}
