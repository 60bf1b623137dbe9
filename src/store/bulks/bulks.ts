import { sql } from 'kysely';
import type { FlowScope } from '../../contract/flow-scope.ts';
import { present } from '../../contract/present.ts';
import { type Sealable, sealJson, sealNote } from '../crypto/sealable.ts';
import { requireOpened } from '../crypto/sealed-form.ts';
import type { Database } from '../postgres/database.ts';
import { flowIn } from '../postgres/flow-in.ts';
import { toJsonb } from '../postgres/storable.ts';
import type { FaultNote } from '../runs/runs.ts';

/** What is done to each error of a set. */
export type BulkKind = 'replay' | 'resolve' | 'discard' | 'reopen';

/** `waiting`: for its turn. What was staged comes to its end also of a set that is paused or stopped. */
export type BulkState = 'waiting' | 'running' | 'paused' | 'stopped' | 'done';

/** A frozen set of errors, and what somebody wants done about them. */
export interface Bulk {
  readonly id: number;
  readonly kind: BulkKind;
  readonly state: BulkState;
  /** Who made it. */
  readonly by: string;
  readonly reason: string | undefined;
  /** Which errors were asked for, as it was said. */
  readonly wish: unknown;
  readonly patch: unknown;
  /** How records are sent, where that is not as usual. */
  readonly way: unknown;
  /** Of the plan that was looked at before. */
  readonly planHash: string | undefined;
  /** Connections that it writes to: one replay at a time over each. */
  readonly connections: readonly string[];
  /** Why it was paused, if no person did. */
  readonly fault: FaultNote | undefined;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
}

export type NewBulk = Pick<
  Bulk,
  'kind' | 'by' | 'reason' | 'wish' | 'patch' | 'way' | 'planHash' | 'connections'
>;

/** Returns its id: the handle. */
export async function insertBulk(tx: Database, bulk: NewBulk): Promise<number> {
  const { kind, by, reason = null, wish, patch, way, planHash = null, connections } = bulk;
  const { rows } = await sql<{ id: number }>`
    insert into bulks (kind, made_by, reason, wish, patch, way, plan_hash, connections)
    values (${kind}, ${by}, ${reason}, ${sealJson(toJsonb(wish))}::jsonb,
            ${jsonOrNull(patch)}::jsonb, ${jsonOrNull(way)}::jsonb, ${planHash}, ${connections}::text[])
    returning id`.execute(tx);
  return present(rows[0], 'the row of a new set').id;
}

function jsonOrNull(value: unknown): Sealable | null {
  return value === undefined ? null : sealJson(toJsonb(value));
}

export async function loadBulk(db: Database, id: number): Promise<Bulk | undefined> {
  const { rows } = await sql<BulkRow>`select * from bulks where id = ${id}`.execute(db);
  return rows[0] && toBulk(rows[0]);
}

export interface BulkRange {
  /** Only those of which all errors are of these flows; all sets, if left out. */
  readonly flows?: FlowScope;
  /** Only those with a smaller id. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function listBulks(
  db: Database,
  { flows = 'all', before, limit }: BulkRange,
): Promise<readonly Bulk[]> {
  const { rows } = await sql<BulkRow>`
    select * from bulks where (${before ?? null}::bigint is null or id < ${before ?? null}::bigint)
      and ${
        flows === 'all'
          ? sql`true`
          : sql`not exists (
        select 1 from bulk_items as item where bulk_id = bulks.id and not ${flowIn(sql`item.flow`, flows)}
      )`
      }
    order by id desc limit ${limit}`.execute(db);
  return rows.map(toBulk);
}

/** The flows of the errors of a set. */
export async function listBulkFlows(db: Database, id: number): Promise<readonly string[]> {
  const { rows } = await sql<{ flow: string }>`
    select distinct flow from bulk_items where bulk_id = ${id} order by flow`.execute(db);
  return rows.map(({ flow }) => flow);
}

/** Gives a set another state, if it has one of these now; returns whether it had. */
export async function turnBulk(
  tx: Database,
  id: number,
  {
    from,
    to,
    fault,
  }: { readonly from: readonly BulkState[]; readonly to: BulkState; readonly fault?: FaultNote },
): Promise<boolean> {
  const { rows } = await sql`
    update bulks
    set state = ${to}, owner = null, lease_until = null, fault = ${fault ? sealNote(fault) : null}::jsonb,
        ended_at = case when ${to} in ('stopped', 'done') then now() end
    where id = ${id} and state = any(${from}::text[]) returning id`.execute(tx);
  return rows.length === 1;
}

interface BulkRow {
  readonly id: number;
  readonly kind: BulkKind;
  readonly state: BulkState;
  readonly made_by: string;
  readonly reason: string | null;
  readonly wish: unknown;
  readonly patch: unknown;
  readonly way: unknown;
  readonly plan_hash: string | null;
  readonly connections: readonly string[];
  readonly fault: FaultNote | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

function toBulk(row: BulkRow): Bulk {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    by: row.made_by,
    reason: row.reason ?? undefined,
    wish: requireOpened(row.wish),
    patch: requireOpened(row.patch ?? undefined),
    way: requireOpened(row.way ?? undefined),
    planHash: row.plan_hash ?? undefined,
    connections: row.connections,
    fault: row.fault ?? undefined,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
