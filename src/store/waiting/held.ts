import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { sealNote } from '../crypto/sealable.ts';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { pack, unpack, unpackText } from '../postgres/packed.ts';
import { notAwaitingApproval } from '../runs/not-awaiting-approval.ts';
import type { FaultNote } from '../runs/runs.ts';

/** A record waiting for another attempt, or queued behind one of its key that does. */
export interface Held {
  readonly id: number;
  readonly runId: number;
  readonly planHash: string;
  readonly attempts: number;
  /** Since it was first held. */
  readonly heldForMs: number;
  /** It counts as blocked. */
  readonly isBlocked: boolean;
  readonly record: StagedRecord;
}

/** The record of a key that waits first. */
export interface HeldHead {
  readonly id: number;
  readonly runId: number;
  readonly version: string | undefined;
}

export interface NewHeld {
  readonly runId: number;
  readonly record: StagedRecord;
  readonly attempts: number;
  /** Absent: waits for references, or behind an earlier one of the same key. */
  readonly waitMs?: number;
  readonly fault?: FaultNote;
}

export async function insertHeld(
  db: Database,
  at: { readonly flow: string; readonly lane: number; readonly maxAttempts: number },
  held: readonly NewHeld[],
): Promise<void> {
  if (held.length === 0) return;
  await sql`
    insert into held (run_id, flow, lane, key, payload, error_id, attempts, max_attempts, due_at, fault)
    select run_id, ${at.flow}, ${at.lane}, key, payload, error_id, attempts, ${at.maxAttempts},
           now() + wait_ms * interval '1 millisecond', fault
    from unnest(
      ${held.map((h) => h.runId)}::bigint[], ${held.map((h) => h.record.key)}::text[],
      ${held.map((h) => pack('held', h.record))}::bytea[], ${held.map((h) => h.record.errorId ?? null)}::bigint[],
      ${held.map((h) => h.attempts)}::int[], ${held.map((h) => h.waitMs ?? null)}::float8[],
      ${held.map((h) => (h.fault ? sealNote(h.fault) : null))}::jsonb[]
    ) with ordinality as t (run_id, key, payload, error_id, attempts, wait_ms, fault, ordinal)
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
    is_blocked: boolean;
    payload: Buffer;
  }>`
    select held.id, run_id, plan_hash, attempts, payload, blocked_at is not null as is_blocked,
           (extract(epoch from now() - held_at) * 1000)::float8 as held_for_ms
    from held join runs on runs.id = run_id
    where held.flow = ${at.flow} and lane = ${at.lane} and due_at <= now() and ${notAwaitingApproval} order by held.id limit ${limit}`.execute(
    db,
  );
  return rows.map((row) => ({
    id: row.id,
    runId: row.run_id,
    planHash: row.plan_hash,
    attempts: row.attempts,
    heldForMs: row.held_for_ms,
    isBlocked: row.is_blocked,
    record: unpack('held', row.payload) as StagedRecord,
  }));
}

/** Which of these keys have a record waiting. */
export async function findHeldKeys(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, HeldHead>> {
  const { rows } = await sql<{ key: string; id: number; run_id: number; payload: Buffer }>`
    select distinct on (key) key, id, run_id, payload from held
    where flow = ${flow} and key = any(${keys}::text[]) order by key, id`.execute(db);
  return new Map(
    rows.map(({ key, id, run_id, payload }) => {
      const { version } = unpack('held', payload) as StagedRecord;
      return [key, { id, runId: run_id, version }];
    }),
  );
}

/** Lets go of held records. Returns the run of each that counted as blocked. */
export async function deleteHeld(db: Database, ids: readonly number[]): Promise<readonly number[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ run_id: number; is_blocked: boolean }>`
    delete from held where id = any(${ids}::bigint[])
    returning run_id, blocked_at is not null as is_blocked`.execute(db);
  return rows.filter((row) => row.is_blocked).map((row) => row.run_id);
}

/** The record of each key that waits first becomes due at once: what it queued behind is done. */
export async function hurryHeads(db: Database, flow: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    update held set due_at = now()
    where due_at is null and id in (
      select min(id) from held where flow = ${flow} and key = any(${keys}::text[]) group by key
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
      ${waits.map((w) => w.waitMs)}::float8[], ${waits.map((w) => sealNote(w.fault))}::jsonb[]
    ) as t (id, attempts, wait_ms, fault)
    where held.id = t.id`.execute(db);
}

/**
 * `latest`: a newer record takes the place of a waiting one, and its due time; of one that waits for references it is
 * not known whether the newer does, so it is due at once. Returns the older ones.
 */
export async function replaceHeld(
  db: Database,
  newer: readonly { readonly id: number; readonly runId: number; readonly record: StagedRecord }[],
): Promise<readonly ReplacedHeld[]> {
  if (newer.length === 0) return [];
  const { rows } = await sql<{ run_id: number; is_blocked: boolean; payload: Buffer }>`
    with older as (
      select id, run_id, blocked_at, payload from held where id = any(${newer.map((n) => n.id)}::bigint[]) for update
    ), known as (
      delete from awaited_xrefs where held_id in (select id from older)
    ), replaced as (
      update held
      set run_id = t.run_id, payload = t.payload, error_id = t.error_id, blocked_at = null,
          due_at = coalesce(held.due_at, now())
      from unnest(
        ${newer.map((n) => n.id)}::bigint[], ${newer.map((n) => n.runId)}::bigint[],
        ${newer.map((n) => pack('held', n.record))}::bytea[], ${newer.map((n) => n.record.errorId ?? null)}::bigint[]
      ) as t (id, run_id, payload, error_id) join older using (id)
      where held.id = t.id
    )
    select run_id, blocked_at is not null as is_blocked, payload from older`.execute(db);
  return rows.map(({ run_id, is_blocked, payload }) => ({
    runId: run_id,
    wasBlocked: is_blocked,
    record: unpack('held', payload) as StagedRecord,
  }));
}

/** A record that waited until a newer one took its place. */
export interface ReplacedHeld {
  readonly runId: number;
  /** It counted as blocked. */
  readonly wasBlocked: boolean;
  readonly record: StagedRecord;
}

/**
 * `every`: what is read again as it waits already, blocked, takes that one's place in the queue of its key instead of
 * queueing behind it: a source that is read whole would add one with each run. If it waits for references itself, it
 * is due at once, since the flow may have changed. Returns those whose place was taken.
 */
export async function takeOverHeld(
  db: Database,
  flow: string,
  same: readonly { readonly runId: number; readonly record: StagedRecord }[],
): Promise<readonly { readonly key: string; readonly olderRunId: number; readonly runId: number }[]> {
  const given = new Map(same.toReversed().map((each) => [each.record.key, each]));
  const equal = (await lockBlockedTails(db, flow, [...given.keys()])).flatMap(({ payload, ...tail }) => {
    const { record, runId } = present(given.get(tail.key), 'the record that is read again');
    // Compared here: what is encrypted twice is not the same twice.
    return unpackText('held', payload) === JSON.stringify(record) ? [{ ...tail, runId }] : [];
  });
  if (equal.length === 0) return [];
  await sql`
    with equal as (
      select * from unnest(
        ${equal.map(({ id }) => id)}::bigint[], ${equal.map(({ runId }) => runId)}::bigint[]
      ) as t (id, run_id)
    ), known as (
      delete from awaited_xrefs where held_id in (select id from equal) returning held_id
    )
    update held
    set run_id = equal.run_id,
        due_at = case when held.id in (select held_id from known) then now() else held.due_at end
    from equal where held.id = equal.id`.execute(db);
  return equal.map(({ key, olderRunId, runId }) => ({ key, olderRunId, runId }));
}

interface BlockedTail {
  readonly id: number;
  readonly key: string;
  readonly olderRunId: number;
  readonly payload: Buffer;
}

/** Of keys whose last waiting record is blocked: that one, until the transaction ends. */
async function lockBlockedTails(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<readonly BlockedTail[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<BlockedTail>`
    select id, key, run_id as "olderRunId", payload from held
    where flow = ${flow} and key = any(${keys}::text[]) and blocked_at is not null
      and not exists (
        select 1 from held as later where later.flow = held.flow and later.key = held.key and later.id > held.id
      )
    for update`.execute(db);
  return rows;
}

/** What waits of these keys, as it was read. */
export async function loadHeldNatives(
  db: Database,
  places: readonly { readonly flow: string; readonly key: string }[],
): Promise<readonly { readonly flow: string; readonly key: string; readonly native: unknown }[]> {
  const { rows } = await sql<{ flow: string; key: string; payload: Buffer }>`
    select held.flow, held.key, payload from held join unnest(
      ${places.map(({ flow }) => flow)}::text[], ${places.map(({ key }) => key)}::text[]
    ) as t (flow, key) on held.flow = t.flow and held.key = t.key`.execute(db);
  return rows.map(({ flow, key, payload }) => {
    return { flow, key, native: (unpack('held', payload) as StagedRecord).native };
  });
}
