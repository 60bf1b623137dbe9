import { sql } from 'kysely';
import type { Sealable } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { pack, unpack } from '../postgres/packed.ts';

/**
 * What a person decided about one version of a source record: it is delivered as they patched it, it is not wanted
 * (discarded), or it was settled by hand (resolved). It stands for as long as the source shows that version.
 */
export interface Decision {
  readonly id: number;
  /** Empty where what was read had no key. */
  readonly key: string;
  /** Fingerprint of the source record, see `sourceOf`. */
  readonly source: string;
  readonly version: string | undefined;
  readonly kind: DecisionKind;
  readonly errorId: number;
  readonly by: string;
  readonly reason: string | undefined;
  readonly at: Date;
  /** Since when the source has shown another version; absent: the decision stands. */
  readonly overriddenAt: Date | undefined;
  readonly overriddenRun: number | undefined;
}

export type DecisionKind = 'patched' | 'discarded' | 'resolved';

export interface NewDecision {
  readonly flow: string;
  readonly key: string;
  readonly source: string;
  readonly version: string | undefined;
  readonly kind: DecisionKind;
  readonly errorId: number;
  /** The native record as it was read; absent where it could not be read. */
  readonly original: unknown;
  /** The native record from now on, if it was patched. */
  readonly patched?: unknown;
}

/** What was decided about records of these keys, however long ago. Most keys have nothing. */
export async function findDecisions(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<readonly Decision[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<DecisionRow>`
    select ${columns} from decisions where flow = ${flow} and key = any(${keys}::text[]) order by id`.execute(
    db,
  );
  return rows.map(toDecision);
}

/** What was decided about the record of an error: about each version of it that the error has stood for. */
export async function loadDecisionsOf(
  db: Database,
  errorIds: readonly number[],
): Promise<readonly (Decision & DecidedRecord)[]> {
  const { rows } = await sql<DecisionRow & RecordRow>`
    select ${columns}, original, patched from decisions
    where error_id = any(${errorIds}::bigint[]) order by id`.execute(db);
  return rows.map((row) => ({ ...toDecision(row), ...toRecord(row) }));
}

/** The record that a decision is about, as the source gives it and as it was patched. */
export interface DecidedRecord {
  readonly original: unknown;
  readonly patched: unknown;
}

export async function loadDecidedRecords(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, DecidedRecord>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: number } & RecordRow>`
    select id, original, patched from decisions where id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [row.id, toRecord(row)]));
}

/**
 * Keeps decisions. Of two about one version the later one holds; the record as the source gave it stays what it was
 * at the first.
 */
export async function saveDecisions(
  db: Database,
  made: { readonly by: string; readonly reason?: string },
  decisions: readonly NewDecision[],
): Promise<void> {
  if (decisions.length === 0) return;
  await sql`
    insert into decisions (flow, key, source, version, kind, error_id, original, patched, decided_by, reason)
    select distinct on (flow, key, source)
           flow, key, source, version, kind, error_id, original, patched, ${made.by}, ${made.reason ?? null}
    from unnest(
      ${decisions.map((d) => d.flow)}::text[], ${decisions.map((d) => d.key)}::text[],
      ${decisions.map((d) => d.source)}::text[], ${decisions.map((d) => d.version ?? null)}::text[],
      ${decisions.map((d) => d.kind)}::text[], ${decisions.map((d) => d.errorId)}::bigint[],
      ${decisions.map((d) => packed(d.original))}::bytea[], ${decisions.map((d) => packed(d.patched))}::bytea[]
    ) as t (flow, key, source, version, kind, error_id, original, patched)
    order by flow, key, source, error_id desc
    on conflict (flow, key, source) do update
    set kind = excluded.kind, error_id = excluded.error_id, decided_by = excluded.decided_by,
        reason = excluded.reason, decided_at = now(), overridden_at = null, overridden_run = null,
        patched = coalesce(excluded.patched, decisions.patched)`.execute(db);
}

/** Takes decisions back; returns the record of each as the source gave it, by error. */
export async function deleteDecisionsOf(
  db: Database,
  errorIds: readonly number[],
): Promise<ReadonlyMap<number, unknown>> {
  if (errorIds.length === 0) return new Map();
  const { rows } = await sql<{ error_id: number } & RecordRow>`
    delete from decisions using errors
    where errors.id = error_id and error_id = any(${errorIds}::bigint[])
      and source = errors.sources[cardinality(errors.sources)]
    returning error_id, original, patched`.execute(db);
  return new Map(rows.map((row) => [row.error_id, toRecord(row).original]));
}

/** The source shows other versions by now (`overridden`), or the ones decided about once more (`standing`). */
export async function markDecisions(
  db: Database,
  runId: number,
  { overridden, standing }: { readonly overridden: readonly number[]; readonly standing: readonly number[] },
): Promise<void> {
  if (overridden.length > 0) {
    await sql`
      update decisions set overridden_at = now(), overridden_run = ${runId}
      where id = any(${overridden}::bigint[]) and overridden_at is null`.execute(db);
  }
  if (standing.length > 0) {
    await sql`
      update decisions set overridden_at = null, overridden_run = null
      where id = any(${standing}::bigint[]) and overridden_at is not null`.execute(db);
  }
}

const columns = sql`
  id, key, source, version, kind, error_id, decided_by, reason, decided_at, overridden_at, overridden_run`;

interface DecisionRow {
  readonly id: number;
  readonly key: string;
  readonly source: string;
  readonly version: string | null;
  readonly kind: DecisionKind;
  readonly error_id: number;
  readonly decided_by: string;
  readonly reason: string | null;
  readonly decided_at: Date;
  readonly overridden_at: Date | null;
  readonly overridden_run: number | null;
}

interface RecordRow {
  readonly original: Buffer | null;
  readonly patched: Buffer | null;
}

function toDecision(row: DecisionRow): Decision {
  return {
    id: row.id,
    key: row.key,
    source: row.source,
    version: row.version ?? undefined,
    kind: row.kind,
    errorId: row.error_id,
    by: row.decided_by,
    reason: row.reason ?? undefined,
    at: row.decided_at,
    overriddenAt: row.overridden_at ?? undefined,
    overriddenRun: row.overridden_run ?? undefined,
  };
}

function toRecord({ original, patched }: RecordRow): DecidedRecord {
  return {
    original: original ? unpack('decision', original) : undefined,
    patched: patched ? unpack('decision', patched) : undefined,
  };
}

function packed(value: unknown): Sealable | null {
  return value === undefined ? null : pack('decision', value);
}
