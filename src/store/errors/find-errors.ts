import { sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { present } from '../../contract/present.ts';
import { findKnown } from '../journey/known-of.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { unpack, unpackText } from '../postgres/packed.ts';
import { type FailedRecord, saysText, toTermColumns } from './error-terms.ts';
import { type ErrorFilter, type ErrorRange, type ErrorState, matches } from './errors.ts';

type SearchFilter = ErrorFilter & Partial<ErrorRange> & { readonly states: readonly ErrorState[] };

/**
 * Errors that have this text as a whole value, in whatever case: as their key, as a value of their record, or as the id
 * that their record has at the target. By index, so that it takes no longer the more errors there are.
 */
export async function findErrorsOf(
  db: Database,
  filter: SearchFilter,
  text: string,
): Promise<readonly number[]> {
  const { limit = Number.POSITIVE_INFINITY } = filter;
  const byId = await findKnown(db, text);
  const keys = new Set([text, ...byId.filter(({ isById }) => isById).map(({ key }) => key)]);
  const terms = await toTermColumns(db, text);
  const fits = terms.length === 0 ? sql`false` : sql`terms && ${terms}::int[]`;
  const found: number[] = [];
  for (let after = filter.after ?? 0; ; ) {
    const { rows } = await sql<{ id: number; key: string | null; payload: Buffer | null }>`
      select id, key, payload from errors
      where (${fits} or key = any(${[...keys]}::text[])) and ${matches(filter)}
        and state = any(${filter.states}::text[]) and id > ${after}
      order by id limit ${atOnce}`.execute(db);
    for (const { id, key, payload } of rows) {
      if (
        (key !== null && keys.has(key)) ||
        (payload && saysText(unpack('error', payload) as FailedRecord, text))
      )
        found.push(id);
      if (found.length === limit) return found;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return found;
    after = last.id;
  }
}

/** So many records are in memory at once. */
const atOnce = 200;

/**
 * Errors in which this text stands, in whatever case: in the record as it is kept (its values and the names of its
 * members), in its key, in the message, or in what the target answered. Records are compressed, so each is looked
 * through here: some thousands a second.
 */
export async function searchErrors(
  db: Database,
  filter: SearchFilter,
  text: string,
): Promise<readonly number[]> {
  const { limit = Number.POSITIVE_INFINITY } = filter;
  // As it stands in JSON: quotes and line ends are written otherwise there.
  const wanted = fold(JSON.stringify(text).slice(1, -1));
  const found: number[] = [];
  for (let after = filter.after ?? 0; ; ) {
    const { rows } = await sql<SearchedRow>`
      select id, key, code, message, answer, payload from errors
      where ${matches(filter)} and state = any(${filter.states}::text[]) and id > ${after}
      order by id limit ${atOnce}`.execute(db);
    for (const { id, key, code, message, answer, payload } of rows) {
      const told = JSON.stringify([key, code, message]);
      const texts = [told, answer ? JSON.stringify(answer) : '', payload ? unpackText('error', payload) : ''];
      if (texts.some((each) => fold(each).includes(wanted))) found.push(id);
      if (found.length === limit) return found;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return found;
    after = last.id;
  }
}

interface SearchedRow {
  readonly id: number;
  readonly key: string | null;
  readonly code: string;
  readonly message: string;
  readonly answer: unknown;
  readonly payload: Buffer | null;
}

/** Most records hold nothing that can be written in two ways, and looking costs less than making it one. */
function fold(text: string): string {
  return (/^[\p{ASCII}]*$/u.test(text) ? text : text.normalize('NFC')).toLowerCase();
}

export async function countOpenErrors(db: Database, flows: FlowScope = 'all'): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from errors
    where state in ('open', 'replaying') and ${flowIn(sql`flow`, flows)}`.execute(db);
  return present(rows[0], 'the row of a count').count;
}

/** How many errors of these flows are in one of these states. */
export async function countErrors(
  db: Database,
  {
    states,
    flows = 'all',
  }: { readonly states: readonly ErrorState[]; readonly flows?: FlowScope | undefined },
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from errors
    where state = any(${states}::text[]) and ${flowIn(sql`flow`, flows)}`.execute(db);
  return present(rows[0], 'the row of a count').count;
}

/** Codes that errors of these flows have had, and flows that have had errors or runs: what a filter can mean. */
export async function listErrorNames(
  db: Database,
  scope: FlowScope = 'all',
): Promise<{ readonly codes: readonly string[]; readonly flows: readonly string[] }> {
  const codes = await sql<{ name: string }>`
    select distinct code as name from errors where ${flowIn(sql`flow`, scope)} order by 1`.execute(db);
  const flows = await sql<{ name: string }>`
    select flow as name from errors union select flow from runs order by 1`.execute(db);
  return { codes: codes.rows.map(({ name }) => name), flows: flows.rows.map(({ name }) => name) };
}
