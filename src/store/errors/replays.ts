import { sql } from 'kysely';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { type ErrorVersion, endItems, heldNow } from '../bulks/bulk-items.ts';
import { sealJson, sealPrint, sealText } from '../crypto/sealable.ts';
import type { MadePayload, StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { pack, unpack } from '../postgres/packed.ts';
import { toJsonb } from '../postgres/storable.ts';
import { toTermsColumn } from './error-terms.ts';
import { type ErrorFilter, matches } from './errors.ts';
import { type NewDeadLetter, packedMade } from './keep-errors.ts';
import { takeCauses } from './take-causes.ts';

/** A replay failed in its turn: the same error, with what was said this time. */
export async function reopenErrors(
  db: Database,
  flow: string,
  errors: readonly (NewDeadLetter & { readonly id: number })[],
): Promise<void> {
  if (errors.length === 0) return;
  const causes = await takeCauses(db, flow, errors);
  await sql`
    update errors
    set state = 'open', run_id = t.run_id, stage = t.stage, code = t.code, message = t.message, at = t.at,
        answer = t.answer, made = t.made, attempts = errors.attempts + t.attempts, updated_at = now(), failed_at = now(),
        cause_id = t.cause_id, gaps = t.gaps, about = t.about, print = t.print
    from unnest(
      ${errors.map((e) => e.id)}::bigint[], ${errors.map((e) => e.runId)}::bigint[],
      ${errors.map((e) => e.stage)}::text[], ${errors.map((e) => toPlainText(e.code))}::text[],
      ${errors.map((e) => sealText(toPlainText(e.message)))}::text[], ${errors.map((e) => e.at ?? null)}::text[],
      ${errors.map((e) => (e.answer ? sealJson(toJsonb(e.answer)) : null))}::jsonb[], ${errors.map((e) => e.attempts)}::int[],
      ${causes.map((cause) => cause.id)}::int[], ${causes.map(({ gaps }) => sealJson(toJsonb(gaps)))}::jsonb[],
      ${errors.map((e) => (e.about ? sealJson(toJsonb(e.about)) : null))}::jsonb[], ${errors.map(packedMade)}::bytea[],
      ${errors.map((e) => sealPrint(toPlainText(e.message)))}::text[]
    ) as t (id, run_id, stage, code, message, at, answer, attempts, cause_id, gaps, about, made, print)
    where errors.id = t.id and erased_at is null`.execute(db);
  await endItems(
    db,
    errors.map(({ id, runId, code }) => ({ id, runId, result: 'failed', code: toPlainText(code) })),
  );
}

/** These replays got through, each in its run. */
export async function resolveErrors(
  db: Database,
  replays: readonly { readonly id: number; readonly runId: number; readonly outcome: string }[],
): Promise<void> {
  if (replays.length === 0) return;
  await sql`
    update errors
    set state = 'resolved', reason = 'replayed', settled_run = runs.id, settled_by = runs.options->>'by',
        updated_at = now()
    from unnest(
      ${replays.map(({ id }) => id)}::bigint[], ${replays.map(({ runId }) => runId)}::bigint[]
    ) as t (id, run_id) join runs on runs.id = t.run_id
    where errors.id = t.id and state = 'replaying'`.execute(db);
  await endItems(
    db,
    replays.map(({ id, runId, outcome }) => ({ id, runId, result: outcome })),
  );
}

/** An error whose record can be sent down the line again. */
export interface Replayable {
  readonly id: number;
  readonly flow: string;
  readonly record: StagedRecord;
  /** Fingerprint of the record as the source gave it; absent for errors of an older version. */
  readonly source: string | undefined;
  /** Of the flow as it was when the record failed. */
  readonly planHash: string;
}

/** An error as it was when it was looked at: enough to know it again. */
export interface FrozenError {
  readonly id: number;
  readonly flow: string;
  /** Of the flow as it was when the record failed. */
  readonly planHash: string;
  readonly version: ErrorVersion;
}

/**
 * The errors that a replay would take, with their versions, as they are in one moment. Those that are being replayed
 * already, or were never records, stay out.
 */
export async function freezeReplayable(db: Database, filter: ErrorFilter): Promise<readonly FrozenError[]> {
  const { rows } = await sql<Omit<ReplayableRow, 'payload'> & { held: string }>`
    select id, flow, sources[cardinality(sources)] as source, ${heldNow} as held, ${planOfRun} as plan_hash
    from errors where ${matches(filter)} and ${isReplayable} order by id`.execute(db);
  return rows.map(({ id, flow, source, held, plan_hash: planHash }) => {
    return { id, flow, planHash, version: { source: source ?? undefined, held } };
  });
}

/** What frozen errors hold; those that hold something else by now are left out. */
export async function loadReplayable(
  db: Database,
  errors: readonly FrozenError[],
): Promise<readonly Replayable[]> {
  const { rows } = await sql<ReplayableRow>`
    select ${replayable} from errors join unnest(
      ${errors.map(({ id }) => id)}::bigint[], ${errors.map(({ version }) => version.held)}::uuid[]
    ) as t (error_id, held) on errors.id = t.error_id and ${heldNow} = t.held
    where ${isReplayable} order by id`.execute(db);
  return rows.map(toReplayable);
}

/** A flow as it was when some of the errors failed. */
export interface FailedPlan {
  readonly flow: string;
  readonly planHash: string;
  /** One of the runs in which it was like that. */
  readonly runId: number;
  /** Connection and resource that it wrote to: `erp.orders`; absent for one of an older version. */
  readonly target: string | undefined;
}

/** As which flows the errors failed that a replay would take, or that were never records. */
export async function listFailedPlans(db: Database, filter: ErrorFilter): Promise<readonly FailedPlan[]> {
  const { rows } = await sql<Omit<FailedPlan, 'target'> & { readonly target: string | null }>`
    select failed.flow, runs.plan_hash as "planHash", max(runs.id) as "runId",
           plans.target || '.' || plans.target_resource as target
    from (
      select flow, run_id from errors where ${matches(filter)} and state in ('open', 'replaying') group by flow, run_id
    ) as failed join runs on runs.id = failed.run_id join plans on plans.hash = runs.plan_hash
    group by failed.flow, runs.plan_hash, plans.target, plans.target_resource
    order by failed.flow, max(runs.id)`.execute(db);
  return rows.map(({ target, ...row }) => ({ ...row, target: target ?? undefined }));
}

/** How many of the errors that a replay would take failed before there was anything to give to a target. */
export async function countUnmade(db: Database, filter: ErrorFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from errors
    where ${matches(filter)} and ${isReplayable} and made is null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** When one of these errors changed last, in microseconds since 1970; 0: there are none. */
export async function findNewestChange(
  db: Database,
  errors: readonly { readonly id: number }[],
): Promise<number> {
  const { rows } = await sql<{ at: number | string | null }>`
    select max(${changedAt}) as at from errors where id = any(${errors.map(({ id }) => id)}::bigint[])`.execute(
    db,
  );
  return Number(rows[0]?.at ?? 0);
}

/** How many errors fit, in whatever state, that have changed since. */
export async function countChangedSince(db: Database, filter: ErrorFilter, micros: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from errors
    where ${matches(filter)} and ${changedAt} > ${micros}`.execute(db);
  return Number(rows[0]?.count ?? 0);
}

const changedAt = sql`(extract(epoch from updated_at) * 1000000)::bigint`;

/** An error that holds only the text of what could not be read, or has no key. */
export interface Unread extends Omit<Replayable, 'record'> {
  readonly code: string;
  readonly raw: string;
}

export async function listUnread(db: Database, filter: ErrorFilter): Promise<readonly Unread[]> {
  const { rows } = await sql<ReplayableRow & { code: string }>`
    select ${replayable}, code from errors
    where ${matches(filter)} and state = 'open' and key is null order by id`.execute(db);
  return rows.map(({ id, flow, code, payload, source, plan_hash: planHash }) => {
    const { raw } = unpack('error', payload) as { readonly raw?: string };
    return { id, flow, code, raw: raw ?? '', source: source ?? undefined, planHash };
  });
}

/** What could not be read has become a record: it can be replayed from now on. */
export async function saveIdentified(db: Database, errors: readonly Replayable[]): Promise<void> {
  if (errors.length === 0) return;
  await sql`
    update errors
    set key = t.key, version = t.version, payload = t.payload, terms = t.terms::int[], updated_at = now()
    from unnest(
      ${errors.map(({ id }) => id)}::bigint[], ${errors.map(({ record }) => record.key)}::text[],
      ${errors.map(({ record }) => record.version ?? null)}::text[],
      ${errors.map(({ record }) => pack('error', record))}::bytea[],
      ${errors.map(({ record }) => toTermsColumn(record))}::text[]
    ) as t (id, key, version, payload, terms)
    where errors.id = t.id and errors.key is null and state = 'open'`.execute(db);
}

/** Moves errors into a replay. */
export async function takeForReplay(db: Database, filter: ErrorFilter): Promise<readonly Replayable[]> {
  const { rows } = await sql<ReplayableRow>`
    update errors set state = 'replaying', updated_at = now()
    where id in (
      select id from errors where ${matches(filter)} and ${isReplayable} order by id for update skip locked
    ) returning ${replayable}`.execute(db);
  return rows.map(toReplayable).sort((a, b) => a.id - b.id);
}

const isReplayable = sql`state = 'open' and key is not null`;
const planOfRun = sql`(select plan_hash from runs where runs.id = errors.run_id)`;
const replayable = sql`
  id, flow, payload, sources[cardinality(sources)] as source, ${planOfRun} as plan_hash`;

interface ReplayableRow {
  readonly id: number;
  readonly flow: string;
  readonly payload: Buffer;
  readonly source: string | null;
  readonly plan_hash: string;
}

function toReplayable({ id, flow, payload, source, plan_hash: planHash }: ReplayableRow): Replayable {
  return {
    id,
    flow,
    record: unpack('error', payload) as StagedRecord,
    source: source ?? undefined,
    planHash,
  };
}

/** Which of these errors are still open, with their replay on its way. */
export async function findReplaying(db: Database, ids: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select id from errors where id = any(${ids}::bigint[]) and state = 'replaying'`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** What the targets of these errors would not take, by error; of those that failed before that, nothing. */
export async function loadMade(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, MadePayload>> {
  const { rows } = await sql<{ id: number; made: Buffer }>`
    select id, made from errors where id = any(${ids}::bigint[]) and made is not null`.execute(db);
  return new Map(rows.map(({ id, made }) => [id, unpack('made', made) as MadePayload]));
}

/** What these errors hold from now on, because somebody changed it. */
export async function saveRecords(
  db: Database,
  errors: readonly { readonly id: number; readonly record: StagedRecord; readonly source: string }[],
): Promise<void> {
  if (errors.length === 0) return;
  await sql`
    update errors
    set payload = t.payload, made = null, terms = t.terms::int[], updated_at = now(),
        sources = case when cardinality(sources) = 0 then array[t.source] else sources end
    from unnest(
      ${errors.map(({ id }) => id)}::bigint[], ${errors.map(({ record }) => pack('error', record))}::bytea[],
      ${errors.map(({ source }) => source)}::text[],
      ${errors.map(({ record }) => toTermsColumn(record))}::text[]
    ) as t (id, payload, source, terms)
    where errors.id = t.id`.execute(db);
}
