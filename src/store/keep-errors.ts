import { sql } from 'kysely';
import type { Stage } from '../contract/outcome.ts';
import { toPlainText } from '../contract/plain-text.ts';
import type { StagedRecord } from './batches.ts';
import type { Database } from './database.ts';
import { type Answer, type ErrorFilter, matches } from './errors.ts';
import { pack, unpack } from './packed.ts';
import { toJsonb, toKeyColumn } from './storable.ts';

export interface NewDeadLetter {
  readonly runId: number;
  /** What was read: a staged record, or the raw text of something that could not be read. */
  readonly record: StagedRecord | undefined;
  readonly raw?: string;
  readonly stage: Stage;
  readonly code: string;
  readonly message: string;
  readonly at: string | undefined;
  readonly answer: Answer | undefined;
  readonly attempts: number;
}

/**
 * Keeps what failed. A record that fails again as it was read before stays one error, and so does one whose newer
 * state (`replaces`) failed in its turn: the error then holds what was read and said last.
 */
export async function keepErrors(
  db: Database,
  flow: string,
  errors: readonly (NewDeadLetter & { readonly replaces: boolean })[],
): Promise<void> {
  if (errors.length === 0) return;
  await sql`
    with given as (
      select * from unnest(
        ${errors.map((e) => e.runId)}::bigint[], ${errors.map((e) => toKeyColumn(e.record?.key))}::text[],
        ${errors.map((e) => e.stage)}::text[], ${errors.map((e) => toPlainText(e.code))}::text[],
        ${errors.map((e) => toPlainText(e.message))}::text[], ${errors.map((e) => e.at ?? null)}::text[],
        ${errors.map((e) => (e.answer ? toJsonb(e.answer) : null))}::jsonb[],
        ${errors.map((e) => pack(e.record ?? { raw: e.raw ?? '' }))}::bytea[],
        ${errors.map((e) => e.attempts)}::int[], ${errors.map((e) => e.replaces)}::bool[]
      ) with ordinality as t (run_id, key, stage, code, message, at, answer, payload, attempts, replaces, nth)
    ), failed as (
      select distinct on (case when replaces and key is not null then 'key ' || key else 'nth ' || nth end) *
      from given order by case when replaces and key is not null then 'key ' || key else 'nth ' || nth end, nth desc
    ), known as (
      select distinct on (nth) nth, errors.id from failed join errors
        on errors.flow = ${flow} and errors.state in ('open', 'replaying')
        and errors.key is not distinct from failed.key and (failed.replaces or errors.payload = failed.payload)
      order by nth, errors.id desc
    ), renewed as (
      update errors
      set state = 'open', run_id = failed.run_id, stage = failed.stage, code = failed.code, message = failed.message,
          at = failed.at, answer = failed.answer, payload = failed.payload,
          attempts = errors.attempts + failed.attempts, updated_at = now()
      from failed join known using (nth) where errors.id = known.id
    )
    insert into errors (flow, run_id, key, stage, code, message, at, answer, payload, attempts, state)
    select ${flow}, run_id, key, stage, code, message, at, answer, payload, attempts, 'open'
    from failed where not exists (select 1 from known where known.nth = failed.nth) order by nth`.execute(db);
}

/** A replay failed in its turn: the same error, with what was said this time. */
export async function reopenErrors(
  db: Database,
  errors: readonly (NewDeadLetter & { readonly id: number })[],
): Promise<void> {
  if (errors.length === 0) return;
  await sql`
    update errors
    set state = 'open', run_id = t.run_id, stage = t.stage, code = t.code, message = t.message, at = t.at,
        answer = t.answer, attempts = errors.attempts + t.attempts, updated_at = now()
    from unnest(
      ${errors.map((e) => e.id)}::bigint[], ${errors.map((e) => e.runId)}::bigint[],
      ${errors.map((e) => e.stage)}::text[], ${errors.map((e) => toPlainText(e.code))}::text[],
      ${errors.map((e) => toPlainText(e.message))}::text[], ${errors.map((e) => e.at ?? null)}::text[],
      ${errors.map((e) => (e.answer ? toJsonb(e.answer) : null))}::jsonb[], ${errors.map((e) => e.attempts)}::int[]
    ) as t (id, run_id, stage, code, message, at, answer, attempts)
    where errors.id = t.id`.execute(db);
}

/** These replays got through. */
export async function resolveErrors(db: Database, ids: readonly number[], reason: string): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update errors set state = 'resolved', reason = ${reason}, updated_at = now()
    where id = any(${ids}::bigint[]) and state = 'replaying'`.execute(db);
}

/** A newer state of these records has got through: the older error is settled. */
export async function resolveOlderErrors(
  db: Database,
  flow: string,
  at: { readonly keys: readonly string[]; readonly reason: string },
): Promise<void> {
  if (at.keys.length === 0) return;
  await sql`
    update errors set state = 'resolved', reason = ${at.reason}, updated_at = now()
    where flow = ${flow} and key = any(${at.keys}::text[]) and state in ('open', 'replaying')`.execute(db);
}

/** A person's decision; answers which errors it reached. */
export async function closeErrors(
  db: Database,
  filter: ErrorFilter,
  to: { readonly state: 'resolved' | 'discarded'; readonly reason: string },
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    update errors set state = ${to.state}, reason = ${to.reason}, updated_at = now()
    where ${matches(filter)} and state in ('open', 'replaying') returning id`.execute(db);
  return rows.map((row) => row.id);
}

export interface Replayable {
  readonly id: number;
  readonly record: StagedRecord;
}

/** Moves errors into a replay; those that are being replayed already, or were never records, stay out. */
export async function takeForReplay(db: Database, filter: ErrorFilter): Promise<readonly Replayable[]> {
  const { rows } = await sql<{ id: number; payload: Buffer }>`
    update errors set state = 'replaying', updated_at = now()
    where id in (
      select id from errors where ${matches(filter)} and state = 'open' and key is not null
      order by id for update skip locked
    ) returning id, payload`.execute(db);
  return rows
    .map((row) => ({ id: row.id, record: unpack(row.payload) as StagedRecord }))
    .sort((a, b) => a.id - b.id);
}

/** Which of these errors are still open, with their replay on its way. */
export async function findReplaying(db: Database, ids: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from errors where id = any(${ids}::bigint[]) and state = 'replaying'`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** What these errors hold from now on, because somebody changed it. */
export async function saveRecords(db: Database, errors: readonly Replayable[]): Promise<void> {
  await sql`
    update errors set payload = t.payload, updated_at = now()
    from unnest(
      ${errors.map(({ id }) => id)}::bigint[], ${errors.map(({ record }) => pack(record))}::bytea[]
    ) as t (id, payload)
    where errors.id = t.id`.execute(db);
}
