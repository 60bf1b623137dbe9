import { type RawBuilder, sql } from 'kysely';
import type { FaultCode } from '../../contract/fault-table.ts';
import type { Database } from '../postgres/database.ts';

/** What can be paused. */
export interface PauseSubject {
  readonly kind: 'flow' | 'connection';
  readonly name: string;
}

/** That a person lets a flow, or all flows over a connection, stand still. */
export interface Pause extends PauseSubject {
  readonly by: string;
  readonly reason: string;
  readonly since: Date;
  /** When it ends by itself; `null`: when somebody ends it. */
  readonly until: Date | null;
}

const code: FaultCode = 'TL_PAUSED';

const inEffect = sql`(pauses.until is null or pauses.until > now())`;

/** `flow orders-to-erp is paused by anna until 2026-11-29 14:00:00: ERP upgrade`, with its code. Times are UTC. */
const pauseFault = sql`jsonb_build_object('code', ${code}::text, 'message', concat(
  pauses.kind, ' ', pauses.name, ' is paused by ', pauses.by,
  ' until ' || to_char(pauses.until at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), ': ', pauses.reason
))`;

/** That something stands still, as a fault is told: TL_PAUSED, and who lets it. */
export interface PauseNote {
  readonly code: string;
  readonly message: string;
}

/** In place of the one that there is or was. */
export async function savePause(tx: Database, pause: Omit<Pause, 'since'>): Promise<void> {
  const { kind, name, by, reason, until } = pause;
  await sql`
    insert into pauses (kind, name, by, reason, until) values (${kind}, ${name}, ${by}, ${reason}, ${until})
    on conflict (kind, name) do update
    set by = excluded.by, reason = excluded.reason, until = excluded.until,
        since = case when ${inEffect} then pauses.since else excluded.since end`.execute(tx);
}

/** Ends a pause now; `false` if there is none in effect. Its row stays, to say when it was over. */
export async function endPause(tx: Database, { kind, name }: PauseSubject): Promise<boolean> {
  const { rows } = await sql`
    update pauses set until = now() where kind = ${kind} and name = ${name} and ${inEffect} returning 1`.execute(
    tx,
  );
  return rows.length === 1;
}

/** Those in effect, by name. */
export async function listPauses(db: Database): Promise<readonly Pause[]> {
  const { rows } = await sql<Pause>`
    select kind, name, by, reason, since, until from pauses where ${inEffect} order by kind, name`.execute(
    db,
  );
  return rows;
}

/** When the last pause of each was over, of those that are not in effect. */
export async function listPauseEnds(
  db: Database,
): Promise<readonly (PauseSubject & { readonly at: Date })[]> {
  const { rows } = await sql<PauseSubject & { at: Date }>`
    select kind, name, until as at from pauses where not (${inEffect})`.execute(db);
  return rows;
}

/** What keeps a flow from working under a plan, or a run from going on; `undefined`: nothing does. */
export async function findPauseOver(
  db: Database,
  { flow, planHash }: { readonly flow: string; readonly planHash: string | null },
): Promise<PauseNote | undefined> {
  const { rows } = await sql<{ fault: PauseNote }>`
    select fault from (${pausesOver(sql`${flow}::text`, sql`${planHash}::text`)}) as pause
    where not ${isOverruled(sql`${flow}::text`)} limit 1`.execute(db);
  return rows[0]?.fault;
}

/**
 * A flow stands still under a plan while it is paused itself, or one of the plan's two connections is: `fault` says so, the
 * pause that lasts longest first. Where nothing is paused, which is nearly always so, the plan is not even looked for.
 */
export function pausesOver(flow: RawBuilder<unknown>, hash: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    select ${pauseFault} as fault, pauses.until from pauses
    where ${inEffect} and (
      (pauses.kind = 'flow' and pauses.name = ${flow})
      or (pauses.kind = 'connection' and exists (
        select 1 from plans where plans.hash = ${hash} and pauses.name in (plans.source, plans.target)
      ))
    ) order by pauses.until desc nulls first, pauses.kind, pauses.name`;
}

/** A run was asked for although its flow is paused: until it is over, the lanes of the flow are worked. */
export function isOverruled(flow: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`exists (
    select 1 from runs as asked
    where asked.flow = ${flow} and asked.options ? 'evenPaused' and asked.status in ('queued', 'running', 'held')
  )`;
}

/** Of a row of `runs`: may it not read for as long as this lasts? */
export const isRunPaused = sql`(
  not runs.options ? 'evenPaused' and exists (${pausesOver(sql`runs.flow`, sql`runs.plan_hash`)})
)`;
