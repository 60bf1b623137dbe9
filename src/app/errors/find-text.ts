import type { ErrorFilter, ErrorRange, ErrorState } from '../../store/errors/errors.ts';
import { findErrorsOf, searchErrors } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';

/** What is looked for in errors; of both, each must fit. */
export interface TextWish {
  /** A whole value: a key, a value of the record, an id at the target; a part of one where none is just that. */
  readonly text?: string;
  /** Stands anywhere in record, key, message or answer. */
  readonly inside?: string;
}

type Range = ErrorFilter & Partial<ErrorRange> & { readonly states: readonly ErrorState[] };

export interface FoundText {
  /** Absent: nothing was looked for. */
  readonly ids?: readonly number[];
  /** How it was looked for, where whoever asked may think otherwise. */
  readonly notes: readonly string[];
}

/**
 * Errors of a text. Whole values are found by index; only where no error has it as one, records are looked through one by
 * one, some thousands a second. The same way for each page of a list.
 */
export async function findText(db: Database, { text, inside }: TextWish, range: Range): Promise<FoundText> {
  if (inside !== undefined) {
    const within = text === undefined ? range.ids : (await findText(db, { text }, withoutRange(range))).ids;
    return { ids: await searchErrors(db, { ...range, ...(within && { ids: within }) }, inside), notes: [] };
  }
  if (text === undefined) return { ...(range.ids && { ids: range.ids }), notes: [] };
  const some = await findErrorsOf(db, { ...withoutRange(range), limit: 1 }, text);
  if (some.length > 0) return { ids: await findErrorsOf(db, range, text), notes: [] };
  return { ids: await searchErrors(db, range, text), notes: [notWhole(text)] };
}

function withoutRange({ after: _after, limit: _limit, ...filter }: Range): Range {
  return filter;
}

function notWhole(text: string): string {
  return `no error has "${text}" as a whole value: these have it inside of a text`;
}
