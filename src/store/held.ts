import { sql } from 'kysely';
import type { StagedRecord } from './batches.ts';
import type { Database } from './database.ts';
import { pack, unpack } from './packed.ts';
import type { FaultNote } from './runs.ts';

/** A record waiting for another attempt, or queued behind one of its key that does. */
export interface Held {
  readonly id: number;
  readonly runId: number;
  readonly planHash: string;
  readonly attempts: number;
  /** Since it was first held. */
  readonly heldForMs: number;
  readonly record: StagedRecord;
}

/** The record of a key that waits first. */
export interface HeldHead {
  readonly id: number;
  readonly runId: number;
}

export interface NewHeld {
  readonly runId: number;
  readonly record: StagedRecord;
  readonly attempts: number;
  /** Absent: queued behind an earlier one of the same key. */
  readonly waitMs?: number;
  readonly fault?: FaultNote;
}

export async function insertHeld(
  db: Database,
  at: { readonly flow: string; readonly lane: number },
  held: readonly NewHeld[],
): Promise<void> {
  if (held.length === 0) return;
  await sql`
    insert into held (run_id, flow, lane, key, payload, attempts, due_at, fault)
    select run_id, ${at.flow}, ${at.lane}, key, payload, attempts, now() + wait_ms * interval '1 millisecond', fault
    from unnest(
      ${held.map((h) => h.runId)}::bigint[], ${held.map((h) => h.record.key)}::text[],
      ${held.map((h) => pack(h.record))}::bytea[], ${held.map((h) => h.attempts)}::int[],
      ${held.map((h) => h.waitMs ?? null)}::float8[], ${held.map((h) => (h.fault ? JSON.stringify(h.fault) : null))}::jsonb[]
    ) with ordinality as t (run_id, key, payload, attempts, wait_ms, fault, ordinal)
    order by ordinal`.execute(db);
}

/** Heads of their keys whose time has come. */
export async function loadDueHeld(
  db: Database,
  at: { readonly flow: string; readonly lane: number },
  limit: number,
): Promise<readonly Held[]> {
  const { rows } = await sql<{
    id: number;
    run_id: number;
    plan_hash: string;
    attempts: number;
    held_for_ms: number;
    payload: Buffer;
  }>`
    select held.id, run_id, plan_hash, attempts, payload,
           (extract(epoch from now() - held_at) * 1000)::float8 as held_for_ms
    from held join runs on runs.id = run_id
    where held.flow = ${at.flow} and lane = ${at.lane} and due_at <= now() order by held.id limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => ({
    id: row.id,
    runId: row.run_id,
    planHash: row.plan_hash,
    attempts: row.attempts,
    heldForMs: row.held_for_ms,
    record: unpack(row.payload) as StagedRecord,
  }));
}

/** Which of these keys have a record waiting. */
export async function findHeldKeys(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, HeldHead>> {
  const { rows } = await sql<HeldHead & { key: string }>`
    select distinct on (key) key, id, run_id as "runId" from held
    where flow = ${flow} and key = any(${keys}::text[]) order by key, id`.execute(db);
  return new Map(rows.map((row) => [row.key, row]));
}

/** Takes records off the hold; the next of each key, if any, becomes due at once. */
export async function deleteHeld(
  db: Database,
  flow: string,
  held: readonly { readonly id: number; readonly key: string }[],
): Promise<void> {
  if (held.length === 0) return;
  await sql`delete from held where id = any(${held.map((h) => h.id)}::bigint[])`.execute(db);
  await sql`
    update held set due_at = now()
    where due_at is null and id in (
      select min(id) from held where flow = ${flow} and key = any(${held.map((h) => h.key)}::text[]) group by key
    )`.execute(db);
}

/** Another attempt failed: the same record waits again. */
export async function postponeHeld(
  db: Database,
  waits: readonly {
    readonly id: number;
    readonly waitMs: number;
    readonly attempts: number;
    readonly fault: FaultNote;
  }[],
): Promise<void> {
  if (waits.length === 0) return;
  await sql`
    update held set attempts = t.attempts, due_at = now() + t.wait_ms * interval '1 millisecond', fault = t.fault
    from unnest(
      ${waits.map((w) => w.id)}::bigint[], ${waits.map((w) => w.attempts)}::int[],
      ${waits.map((w) => w.waitMs)}::float8[], ${waits.map((w) => JSON.stringify(w.fault))}::jsonb[]
    ) as t (id, attempts, wait_ms, fault)
    where held.id = t.id`.execute(db);
}

/** `latest`: a newer record takes the place of a waiting one and its due time. */
export async function replaceHeld(
  db: Database,
  newer: readonly { readonly id: number; readonly runId: number; readonly record: StagedRecord }[],
): Promise<void> {
  if (newer.length === 0) return;
  await sql`
    update held set run_id = t.run_id, payload = t.payload
    from unnest(
      ${newer.map((n) => n.id)}::bigint[], ${newer.map((n) => n.runId)}::bigint[],
      ${newer.map((n) => pack(n.record))}::bytea[]
    ) as t (id, run_id, payload)
    where held.id = t.id`.execute(db);
}
