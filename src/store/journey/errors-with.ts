import { sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { type FailedRecord, saysText, toTermColumns } from '../errors/error-terms.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { unpack } from '../postgres/packed.ts';

/** An error whose record says a text; without a key where it could not be read. */
export interface ErrorWithText {
  readonly flow: string;
  readonly key: string | undefined;
  readonly at: Date;
}

/**
 * Errors of records that say just this: kept whole, whatever history keeps. The newest first. By the index over terms
 * first of all: the newest of all errors would be looked through otherwise, in the hope that most of them fit.
 */
export async function findErrorsWith(
  db: Database,
  { text, flows }: { readonly text: string; readonly flows: FlowScope },
  limit: number,
): Promise<readonly ErrorWithText[]> {
  const terms = await toTermColumns(db, text);
  if (terms.length === 0) return [];
  const { rows } = await sql<ErrorWithTextRow>`
    with fitting as materialized (
      select id from errors where terms && ${terms}::integer[] and ${flowIn(sql`flow`, flows)}
    )
    select flow, key, created_at as at, payload from errors
    where id in (select id from fitting order by id desc limit ${limit}) order by id desc`.execute(db);
  return rows
    .filter(({ payload }) => saysText(unpack('error', payload) as FailedRecord, text))
    .map(({ flow, key, at }) => ({ flow, at, key: key ?? undefined }));
}

interface ErrorWithTextRow {
  readonly flow: string;
  readonly key: string | null;
  readonly at: Date;
  readonly payload: Buffer;
}
