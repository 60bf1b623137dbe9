import { sql } from 'kysely';
import type { StagedRecord } from '../line/batches.ts';
import type { Database } from '../postgres/database.ts';
import { unpackText } from '../postgres/packed.ts';
import type { FaultNote, RunStatus } from '../runs/runs.ts';
import type { Reference } from '../waiting/blocked.ts';
import { pausesOver } from '../waiting/pauses.ts';

/** A state of a record that has not come to its end. */
export interface Wait {
  readonly run: number;
  /** `held`: its run waits for a person. */
  readonly runStatus: RunStatus;
  readonly since: Date;
  /** `held`: another attempt. `blocked`: references. `queued`: an earlier state of it. `staged`: its turn. */
  readonly as: 'held' | 'blocked' | 'queued' | 'staged';
  readonly attempts: number;
  /** When it is due; of what is staged, when its batch is. */
  readonly dueAt?: Date;
  readonly fault?: FaultNote;
  readonly missing?: readonly Reference[];
}

/** What waits of a record outside of its batch: in the order in which it is worked. */
export async function listHeldOf(db: Database, flow: string, key: string): Promise<readonly Wait[]> {
  const { rows } = await sql<HeldRow>`
    select run_id as run, status, held_at as since, attempts, due_at, coalesce(pause.fault, held.fault) as fault, blocked_at is not null as is_blocked,
           (select jsonb_agg(jsonb_build_object('entity', entity, 'key', key) order by entity, key)
            from awaited_xrefs where held_id = held.id) as missing
    from held join runs on runs.id = run_id left join lateral (${pauseOf}) as pause on true
    where held.flow = ${flow} and held.key = ${key} order by held.id limit ${mostWaits}`.execute(db);
  return rows.map(({ run, status, since, attempts, due_at, fault, is_blocked, missing }) => ({
    ...{ run, since, attempts, runStatus: status },
    as: missing !== null ? 'blocked' : due_at !== null ? 'held' : is_blocked ? 'blocked' : 'queued',
    ...(due_at && { dueAt: due_at }),
    ...(fault && { fault }),
    ...(missing && { missing }),
  }));
}

interface HeldRow {
  readonly run: number;
  readonly status: RunStatus;
  readonly since: Date;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly fault: FaultNote | null;
  readonly is_blocked: boolean;
  readonly missing: readonly Reference[] | null;
}

/** What is staged of a record in its lane. Batches are looked through one by one. */
export async function listStagedOf(
  db: Database,
  { flow, lane, key }: { readonly flow: string; readonly lane: number; readonly key: string },
): Promise<readonly Wait[]> {
  const { rows } = await sql<StagedRow>`
    select run_id as run, status, staged_at as since, attempts, due_at, coalesce(pause.fault, batches.fault) as fault,
           payload
    from batches join runs on runs.id = run_id left join lateral (${pauseOf}) as pause on true
    where batches.flow = ${flow} and lane = ${lane} order by seq limit ${mostWaits}`.execute(db);
  const name = JSON.stringify(key);
  return rows.flatMap(({ payload, run, status, since, attempts, due_at, fault }) => {
    const text = unpackText('records', payload);
    if (!text.includes(name)) return [];
    const some = (JSON.parse(text) as readonly StagedRecord[]).filter((record) => record.key === key);
    const wait = { run, since, attempts, runStatus: status, as: 'staged', dueAt: due_at } as const;
    return some.map(() => (fault ? { ...wait, fault } : wait));
  });
}

interface StagedRow {
  readonly run: number;
  readonly status: RunStatus;
  readonly since: Date;
  readonly attempts: number;
  readonly due_at: Date;
  readonly fault: FaultNote | null;
  readonly payload: Buffer;
}

const mostWaits = 200;

/** What is paused waits for that, whatever it waited for before. */
const pauseOf = sql`${pausesOver(sql`runs.flow`, sql`runs.plan_hash`)} limit 1`;

/** In which flows something of the key waits. From one flow to the next in the index: a record may be one of many. */
export async function findHeldFlows(
  db: Database,
  key: string,
): Promise<readonly { readonly flow: string; readonly since: Date }[]> {
  const { rows } = await sql<{ flow: string; since: Date }>`
    with recursive flows as (
      (select flow from held order by flow limit 1)
      union all
      select next.flow from flows cross join lateral (
        select flow from held where held.flow > flows.flow order by flow limit 1
      ) as next
    )
    select flow, waiting.since from flows cross join lateral (
      select held_at as since from held where held.flow = flows.flow and key = ${key} order by id limit 1
    ) as waiting`.execute(db);
  return rows;
}
