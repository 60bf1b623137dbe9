import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { type Sealable, type SealedKind, sealNote } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { packText, unpack } from '../postgres/packed.ts';
import { plannedOnce } from '../postgres/planned-once.ts';
import { notAwaitingApproval } from '../runs/not-awaiting-approval.ts';
import type { FaultNote } from '../runs/runs.ts';
import type { OpenCircuit } from '../waiting/circuits.ts';
import { isOverruled, isRunPaused, pausesOver } from '../waiting/pauses.ts';

/** What a flow made of a record, and its target is or was given. */
export interface MadePayload {
  /** The payload as JSON. */
  readonly text: string;
  /** The number that `guards.maxChange` watches, a decimal text. */
  readonly measure?: string;
}

/** A source record as it was read, with what the line needs to know of it without looking inside. */
export interface StagedRecord {
  readonly key: string;
  readonly version?: string;
  readonly native: unknown;
  /** Written even if it is equal to what was delivered last. */
  readonly isForced?: true;
  /** The error this record is a replay of. */
  readonly errorId?: number;
  /** Sent as it is: the record is not mapped anew. Only of a replay. */
  readonly made?: MadePayload;
  /** Fingerprint of the record as the source gave it, where `native` is what a person made of it. */
  readonly source?: string;
  /** Where it was staged (batch and position), once it has been taken from there: no other has the same. */
  readonly stagedAs?: string;
}

export interface Batch {
  readonly id: number;
  readonly runId: number;
  readonly planHash: string;
  readonly attempts: number;
  readonly records: readonly StagedRecord[];
}

export interface NewBatch {
  readonly lane: number;
  /** Each as JSON: text takes less room than objects while a chunk is gathered. */
  readonly records: readonly string[];
  /** Size of the records, before compression. */
  readonly bytes: number;
}

/** A lane that nobody works, with the epoch of whoever worked it last. */
export interface IdleLane {
  readonly lane: number;
  readonly epoch: number;
}

/** The record as a batch holds it; `native` is JSON already. */
export function toStagedText(
  { key, version, isForced }: Omit<StagedRecord, 'native'>,
  native: string,
): string {
  const forced = isForced ? ',"isForced":true' : '';
  const end = version === undefined ? '}' : `,"version":${JSON.stringify(version)}}`;
  return `{"key":${JSON.stringify(key)},"native":${native}${forced}${end}`;
}

export function packBatch({ records }: NewBatch): Sealable {
  return packTexts('records', records);
}

/** Records, each as JSON, as a batch holds them; the same of payloads. */
export function packTexts(kind: SealedKind, records: readonly string[]): Sealable {
  return packText(kind, `[${records.join(',')}]`);
}

/** What a lane has to do next. */
export interface LaneWork {
  /** Absent if there is none, its time has not come, or held records are due, which come first. */
  readonly batch?: Batch;
  /** When the next batch is due, if not yet. */
  readonly dueAt?: Date;
  readonly isHeldDue: boolean;
  /** A person lets the flow, or a connection of it, stand still: there is no batch either. */
  readonly isPaused: boolean;
  /** The connection that the lane writes to is away. */
  readonly circuit?: OpenCircuit;
  /** Somebody would like to have the lane: it is given back as it is. */
  readonly isWanted: boolean;
  /** Has the flow any held record? */
  readonly hasHeld: boolean;
  /** Has a person decided about any of the flow's records? */
  readonly hasDecisions: boolean;
}

export async function loadLaneWork(db: Database, flow: string, lane: number): Promise<LaneWork> {
  const { rows } = await sql<LaneWorkRow>`
    ${plannedOnce} with due_held as materialized (
      select run_id from held where flow = ${flow} and lane = ${lane} and due_at <= now() and ${notAwaitingApproval}
      order by id limit 1
    ), hold as (
      select exists (select 1 from due_held) as held_due, exists (select 1 from held where flow = ${flow}) as has_held,
             exists (select 1 from decisions where flow = ${flow}) as has_decisions,
             (select wanted_until > now() from lanes where flow = ${flow} and lane = ${lane}) as is_wanted
    ), next as (
      select batches.id, run_id, plan_hash, attempts, due_at, payload, status
      from batches join runs on runs.id = run_id
      where batches.flow = ${flow} and lane = ${lane} order by seq limit 1
    ), circuit as (
      select connection, probe_at, probe_at <= now() as probe_due
      from circuits join plans on target = connection join runs on plan_hash = hash
      where runs.id in (select run_id from due_held union all select run_id from next)
      order by probe_at desc limit 1
    ), pause as (
      select exists (
        select 1 from runs cross join lateral (${pausesOver(sql`${flow}::text`, sql`runs.plan_hash`)}) as paused
        where runs.id in (select run_id from due_held union all select run_id from next)
      ) and not ${isOverruled(sql`${flow}::text`)} as yes
    )
    select held_due, pause.yes as is_paused, has_held, has_decisions, is_wanted, connection, probe_at, probe_due,
           next.id, run_id, plan_hash, attempts, due_at,
           case when due_at <= now() and not held_due and not pause.yes then payload end as payload
    from hold cross join pause left join next on status <> 'held' left join circuit on true`.execute(db);
  const row = rows[0];
  if (!row)
    return { isHeldDue: false, isPaused: false, isWanted: false, hasHeld: false, hasDecisions: false };
  const { connection, probe_at: probeAt } = row;
  const isProbeDue = row.probe_due === true;
  const work = {
    isHeldDue: row.held_due,
    isPaused: row.is_paused,
    isWanted: row.is_wanted === true,
    hasHeld: row.has_held,
    hasDecisions: row.has_decisions,
    ...(connection !== null && probeAt !== null && { circuit: { connection, probeAt, isProbeDue } }),
  };
  if (row.id === null) return work;
  const { id, run_id, plan_hash, attempts, due_at, payload } = row;
  if (payload === null) return { ...work, dueAt: due_at };
  const staged = unpack('records', payload) as readonly StagedRecord[];
  // The rest of a batch says itself where each was staged.
  const records = staged.map((record, nth) => ({ stagedAs: `${id}.${nth}`, ...record }));
  return { ...work, batch: { id, runId: run_id, planHash: plan_hash, attempts, records } };
}

type LaneWorkRow = {
  readonly held_due: boolean;
  readonly is_paused: boolean;
  readonly has_held: boolean;
  readonly has_decisions: boolean;
  readonly is_wanted: boolean | null;
  readonly connection: string | null;
  readonly probe_at: Date | null;
  readonly probe_due: boolean | null;
} & (
  | { readonly id: null }
  | {
      readonly id: number;
      readonly run_id: number;
      readonly plan_hash: string;
      readonly attempts: number;
      readonly due_at: Date;
      readonly payload: Buffer | null;
    }
);

export async function deleteBatch(db: Database, id: number): Promise<void> {
  await sql`delete from batches where id = ${id}`.execute(db);
}

/** Some records of a batch have come to their end: these are left, in its place. */
export async function keepRest(db: Database, id: number, rest: readonly StagedRecord[]): Promise<void> {
  const texts = rest.map((record) => JSON.stringify(record));
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  await sql`
    update batches set records = ${rest.length}, bytes = ${bytes}, payload = ${packTexts('records', texts)}
    where id = ${id}`.execute(db);
}

/** Takes a batch out of its lane; `undefined` if it is not there any more. */
export async function takeBatch(tx: Database, id: number): Promise<readonly StagedRecord[] | undefined> {
  const { rows } = await sql<{ payload: Buffer }>`
    delete from batches where id = ${id} returning payload`.execute(tx);
  return rows[0] && (unpack('records', rows[0].payload) as readonly StagedRecord[]);
}

/** The whole batch waits, e.g. because its target is down; the lane waits with it. */
export async function postponeBatch(
  db: Database,
  id: number,
  wait: { readonly ms: number; readonly fault: FaultNote },
): Promise<void> {
  await sql`
    update batches set attempts = attempts + 1, due_at = now() + ${wait.ms} * interval '1 millisecond',
                       fault = ${sealNote(wait.fault)}::jsonb
    where id = ${id}`.execute(db);
}

/** Bytes and records of a flow that are staged and not yet delivered: what the reader waits for. */
export async function stagedSize(db: Database, flow: string): Promise<{ bytes: number; records: number }> {
  const { rows } = await sql<{ bytes: number; records: number }>`
    select coalesce(sum(bytes), 0)::bigint as bytes, coalesce(sum(records), 0)::bigint as records
    from batches where flow = ${flow}`.execute(db);
  return rows[0] ?? { bytes: 0, records: 0 };
}

/** Bytes that the flow of a run has staged, and whether the run is to stand still: what its reader looks at. */
export async function loadReaderRoom(
  db: Database,
  { id, flow }: { readonly id: number; readonly flow: string },
): Promise<{ readonly bytes: number; readonly isPaused: boolean }> {
  const { rows } = await sql<{ bytes: number; isPaused: boolean }>`
    select coalesce(sum(bytes), 0)::bigint as bytes,
           exists (select 1 from runs where id = ${id} and ${isRunPaused}) as "isPaused"
    from batches where flow = ${flow}`.execute(db);
  return present(rows[0], 'the row of a sum');
}

/** What a run that does not get on is waiting for. */
export interface RunWait {
  readonly fault: FaultNote;
  /** When the next attempt of any of it is due. */
  readonly dueAt: Date;
  /** Batches that wait as a whole, because the target is away or the connection is wrong. */
  readonly batches: number;
  /** Batches that nothing is known to stand in the way of, and whatever is due by now. */
  readonly moving: number;
}

/**
 * `undefined` while nothing of the run has had to wait. What stands behind an earlier run's batch in its lane, or
 * behind an earlier version of its record, waits for what that waits for; all of it waits for an open circuit, and a
 * probe that is under way is a move. What is blocked keeps no run open.
 */
export async function findRunWait(db: Database, runId: number): Promise<RunWait | undefined> {
  const { rows } = await sql<{ fault: FaultNote; due_at: Date; batches: number; moving: number }>`
    with circuit as (
      select circuits.fault, case when probing then now() else probe_at end as probe_at
      from circuits join plans on target = connection join runs on plan_hash = hash
      where runs.id = ${runId}
    ), rest as (
      select 'batch' as kind, coalesce(own.fault, ahead.fault, circuit.fault) as fault,
             greatest(coalesce(ahead.due_at, own.due_at), probe_at) as due_at
      from batches as own left join lateral (
        select fault, due_at from batches
        where flow = own.flow and lane = own.lane and seq < own.seq and fault is not null order by seq limit 1
      ) as ahead on true left join circuit on true where own.run_id = ${runId}
      union all
      select 'record', coalesce(own.fault, ahead.fault), greatest(coalesce(own.due_at, ahead.due_at), probe_at)
      from held as own left join lateral (
        select fault, due_at from held
        where flow = own.flow and key = own.key and id < own.id and due_at is not null order by id limit 1
      ) as ahead on own.due_at is null left join circuit on true where own.run_id = ${runId} and own.blocked_at is null
    )
    select (array_agg(fault order by due_at desc) filter (where fault is not null))[1] as fault,
           min(due_at) filter (where fault is not null) as due_at,
           count(*) filter (where kind = 'batch' and fault is not null and due_at > now()) as batches,
           count(*) filter (where (kind = 'batch' and fault is null) or due_at <= now()) as moving
    from rest having count(*) filter (where fault is not null) > 0`.execute(db);
  const row = rows[0];
  return row && { fault: row.fault, dueAt: row.due_at, batches: row.batches, moving: row.moving };
}
