import { sql } from 'kysely';
import { holdsText } from '../../contract/text/search-terms.ts';
import { toTermColumn, wordsOfText } from '../errors/error-terms.ts';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';

/** An error whose record says a text; without a key where it could not be read. */
export interface ErrorWithText {
  readonly flow: string;
  readonly key: string | undefined;
  readonly at: Date;
}

/** Errors of records that say just this: kept whole, whatever history keeps. The newest first. */
export async function findErrorsWith(
  db: Database,
  text: string,
  limit: number,
): Promise<readonly ErrorWithText[]> {
  const term = toTermColumn(text);
  if (term === undefined) return [];
  const { rows } = await sql<ErrorWithTextRow>`
    select flow, key, created_at as at, payload from errors
    where terms @> array[${term}::integer] order by id desc limit ${limit}`.execute(db);
  return rows
    .filter(({ payload }) => holds(unpack(payload), text))
    .map(({ flow, key, at }) => ({ flow, at, key: key ?? undefined }));
}

interface ErrorWithTextRow {
  readonly flow: string;
  readonly key: string | null;
  readonly at: Date;
  readonly payload: Buffer;
}

function holds(record: unknown, text: string): boolean {
  const kept = record as StagedRecord | { readonly raw: string };
  if ('raw' in kept) return holdsText(wordsOfText(kept.raw), text);
  return holdsText([kept.key, kept.native], text);
}
