import { sql } from 'kysely';
import { type Sealable, sealJson, sealPrint, sealText } from '../crypto/sealable.ts';
import { type FailedRecord, saysText, toTermColumns } from '../errors/error-terms.ts';
import type { MadePayload } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { pack, unpack, unpackText } from '../postgres/packed.ts';
import { toJsonb } from '../postgres/storable.ts';

/** What is said of an error beside its record. */
export interface ErrorNotes {
  readonly message: string;
  readonly answer: unknown;
  readonly about: unknown;
  readonly gaps: readonly string[];
  readonly reason: string | null;
  readonly tags: readonly string[];
}

export interface ScannedError {
  readonly id: number;
  readonly flow: string;
  readonly key: string | null;
  /** Both as JSON: most are not about whom is looked for, and need not be parsed. */
  readonly record: string;
  readonly made: string | undefined;
  readonly notes: ErrorNotes;
}

export interface ErrorScan {
  readonly after: number;
  /** Only what was touched since. */
  readonly since: Date | undefined;
  readonly limit: number;
}

/** Errors of whatever state that there is something left of, in the order of their ids. */
export async function scanErrors(
  db: Database,
  { after, since, limit }: ErrorScan,
): Promise<readonly ScannedError[]> {
  const { rows } = await sql<ScannedRow>`
    select id, flow, key, message, answer, about, gaps, reason, tags, payload, made from errors
    where id > ${after} and erased_at is null and (${since ?? null}::timestamptz is null or updated_at >= ${since ?? null})
    order by id limit ${limit}`.execute(db);
  return rows.map(({ id, flow, key, payload, made, message, answer, about, gaps, reason, tags }) => ({
    ...{ id, flow, key },
    record: payload === null ? '{"raw":""}' : unpackText('error', payload),
    made: made === null ? undefined : (unpack('made', made) as MadePayload).text,
    notes: { message, answer, about, gaps, reason, tags },
  }));
}

interface ScannedRow extends ErrorNotes {
  readonly id: number;
  readonly flow: string;
  readonly key: string | null;
  readonly payload: Buffer | null;
  readonly made: Buffer | null;
}

/** What is left of an error: that there was one, of which flow, with which code, and when. */
export const buried = 'its record was erased at the wish of the person that it was about';

/**
 * Nothing is left of what these hold. Who is open is discarded with it: there is nothing to replay. What somebody made of
 * it for a set goes as well.
 */
export async function buryErrors(
  tx: Database,
  errors: readonly { readonly id: number; readonly tags: readonly string[] }[],
  by: string,
): Promise<void> {
  const ids = errors.map(({ id }) => id);
  const nothing: FailedRecord = { raw: '' };
  await sql`
    update errors
    set key = null, version = null, sources = '{}', message = ${sealText(buried)}, print = ${sealPrint(buried)}, answer = null, about = null, gaps = ${sealJson('[]')}::jsonb,
        terms = '{}', payload = ${pack('error', nothing)}, made = null, reason = ${buried}, erased_at = now(),
        tags = array(select jsonb_array_elements_text(t.tags)),
        settled_by = case when state in ('open', 'replaying') then ${by} else settled_by end,
        updated_at = case when state in ('open', 'replaying') then now() else updated_at end,
        state = case when state in ('open', 'replaying') then 'discarded' else state end
    from jsonb_to_recordset(${toJsonb(errors)}::jsonb) as t (id bigint, tags jsonb) where errors.id = t.id`.execute(
    tx,
  );
  await sql`
    update bulk_items set patched = null where error_id = any(${ids}::bigint[]) and patched is not null`.execute(
    tx,
  );
}

/** The record stays; what is said of it is put differently. */
export async function saveErrorNotes(
  tx: Database,
  errors: readonly (ErrorNotes & { readonly id: number })[],
): Promise<void> {
  for (const { id, message, answer, about, gaps, reason, tags } of errors) {
    await sql`
      update errors
      set message = ${sealText(message)}, print = ${sealPrint(message)}, answer = ${orNull(answer)}::jsonb, about = ${orNull(about)}::jsonb,
          gaps = ${sealJson(toJsonb(gaps))}::jsonb, reason = ${reason}, tags = ${tags}::text[]
      where id = ${id}`.execute(tx);
  }
}

function orNull(value: unknown): Sealable | null {
  return value === null ? null : sealJson(toJsonb(value));
}

export interface ScannedDecision {
  readonly id: number;
  readonly flow: string;
  readonly key: string;
  readonly kind: 'patched' | 'discarded' | 'resolved';
  readonly version: string | null;
  readonly errorId: number;
  readonly reason: string | null;
  readonly original: unknown;
  readonly patched: unknown;
  readonly isErrorErased: boolean;
}

/** Decisions that there is something left of to erase, in the order of their ids. */
export async function scanDecisions(
  db: Database,
  after: number,
  limit: number,
): Promise<readonly ScannedDecision[]> {
  const { rows } = await sql<DecisionRow>`
    select decisions.id, decisions.flow, decisions.key, kind, decisions.version, error_id, decisions.reason, original,
           patched, erased_at is not null as is_error_erased
    from decisions join errors on errors.id = error_id
    where decisions.id > ${after} order by decisions.id limit ${limit}`.execute(db);
  return rows.map(({ original, patched, error_id: errorId, is_error_erased: isErrorErased, ...row }) => ({
    ...row,
    ...{ errorId, isErrorErased },
    original: original === null ? undefined : unpack('decision', original),
    patched: patched === null ? undefined : unpack('decision', patched),
  }));
}

interface DecisionRow extends Pick<ScannedDecision, 'id' | 'flow' | 'key' | 'kind' | 'version' | 'reason'> {
  readonly original: Buffer | null;
  readonly patched: Buffer | null;
  readonly error_id: number;
  readonly is_error_erased: boolean;
}

export async function deleteDecisions(tx: Database, ids: readonly number[]): Promise<void> {
  await sql`delete from decisions where id = any(${ids}::bigint[])`.execute(tx);
}

/** They stand, by the fingerprint of the version that they are about; what that said is not kept any more. */
export async function emptyDecisions(tx: Database, ids: readonly number[], reason: string): Promise<void> {
  await sql`
    update decisions set original = null, patched = null, reason = case when reason is not null then ${reason} end
    where id = any(${ids}::bigint[])`.execute(tx);
}

/** An error whose record, or key, says a text. */
export interface ErrorOfText {
  readonly flow: string;
  readonly key: string | null;
  /** Absent: it could not be read as a record. */
  readonly native?: unknown;
}

/** By the index over what errors are found by, the newest first; some of them are in memory at a time. */
export async function* findErrorsOfText(db: Database, text: string): AsyncGenerator<ErrorOfText> {
  const terms = await toTermColumns(db, text);
  const fits = terms.length === 0 ? sql`false` : sql`terms && ${terms}::int[]`;
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const { rows } = await sql<{ id: number; flow: string; key: string | null; payload: Buffer | null }>`
      select id, flow, key, payload from errors
      where (${fits} or key = ${text}) and erased_at is null and id < ${before}
      order by id desc limit ${errorsAtOnce}`.execute(db);
    for (const { flow, key, payload } of rows) {
      const record = payload === null ? { raw: '' } : (unpack('error', payload) as FailedRecord);
      if (key === text || saysText(record, text))
        yield { flow, key, ...('native' in record && { native: record.native }) };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < errorsAtOnce) return;
    before = last.id;
  }
}

const errorsAtOnce = 200;
