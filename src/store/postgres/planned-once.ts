import { sql } from 'kysely';

const mark = '/* planned once */';

/**
 * Stands before a statement that the server is to parse and plan once a connection, not each time. Only where there is
 * one way to carry it out, by keys that its tables are found by: the plan is kept while they grow, and one that reads all
 * of a table that was empty is kept as well.
 */
export const plannedOnce = sql.raw(mark);

/** What the server knows a statement by, if it is planned once; `undefined` for all others. */
export type StatementNames = (text: string) => string | undefined;

/** The same text has the same name. Texts differ by what there is to do, so there are few; beyond that, none is named. */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  return (text) => {
    if (!text.trimStart().startsWith(mark)) return undefined;
    const known = names.get(text);
    if (known !== undefined || names.size >= mostNames) return known;
    const name = `tradelane_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
}

/** Each is kept by each connection. */
const mostNames = 200;

/**
 * A pooler has given the connection to others meanwhile, and does not know what was named on it; or a later version of
 * Tradelane has given a column another type, and what was planned gives the old one.
 */
export function isNameLost(thrown: unknown): boolean {
  const { code, routine } = thrown as { readonly code?: unknown; readonly routine?: unknown };
  return code === '26000' || code === '42P05' || (code === '0A000' && routine === 'RevalidateCachedQuery');
}
