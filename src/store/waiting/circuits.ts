import { sql } from 'kysely';
import { sealNote } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import type { FaultNote } from '../runs/runs.ts';

/** A connection that is away: nothing is written over it before the next probe. */
export interface OpenCircuit {
  readonly connection: string;
  readonly probeAt: Date;
  readonly isProbeDue: boolean;
}

/** One that is open, and whether it is being probed right now. */
export interface CircuitFigure {
  readonly connection: string;
  readonly isProbing: boolean;
}

export async function listCircuitFigures(db: Database): Promise<readonly CircuitFigure[]> {
  const { rows } = await sql<CircuitFigure>`
    select connection, probing as "isProbing" from circuits order by connection`.execute(db);
  return rows;
}

/**
 * Opens a circuit, or leaves it as it is where it is open; what a system has asked for (`extend`) makes the pause
 * longer. `opened`: that was now. `waitMs`: until the next probe.
 */
export async function openCircuit(
  db: Database,
  connection: string,
  { fault, waitMs, extend }: { readonly fault: FaultNote; readonly waitMs: number; readonly extend: boolean },
): Promise<{ readonly opened: boolean; readonly waitMs: number }> {
  const { rows } = await sql<{ opened: boolean; wait_ms: number }>`
    insert into circuits (connection, fault, probe_at)
    values (${connection}, ${sealNote(fault)}::jsonb, now() + ${waitMs} * interval '1 millisecond')
    on conflict (connection) do update
    set probe_at = case when ${extend} then greatest(circuits.probe_at, excluded.probe_at) else circuits.probe_at end
    returning xmax = 0 as opened, ${untilProbe}`.execute(db);
  const row = rows[0];
  return { opened: row?.opened === true, waitMs: row?.wait_ms ?? waitMs };
}

/** One process at a time may probe; who does not come back from it within `holdMs` has lost it to the next. */
export async function claimProbe(db: Database, connection: string, holdMs: number): Promise<boolean> {
  const { rows } = await sql`
    update circuits set probing = true, probes = probes + 1, probe_at = now() + ${holdMs} * interval '1 millisecond'
    where connection = ${connection} and probe_at <= now()
    returning 1`.execute(db);
  return rows.length === 1;
}

/** The probe met the same, or something else. The pause doubles with each, up to `maxMs`. */
export async function keepCircuitOpen(
  db: Database,
  connection: string,
  pause: { readonly fault: FaultNote; readonly firstMs: number; readonly maxMs: number },
): Promise<number> {
  const { rows } = await sql<{ wait_ms: number }>`
    update circuits
    set probing = false, fault = ${sealNote(pause.fault)}::jsonb,
        probe_at = now() + least(${pause.maxMs}::float8, ${pause.firstMs}::float8 * 2 ^ least(probes, 30))
                           * interval '1 millisecond'
    where connection = ${connection}
    returning ${untilProbe}`.execute(db);
  return rows[0]?.wait_ms ?? pause.firstMs;
}

/** The probe got through: what waits for one of these codes is due. `false` if it was somebody else's to say. */
export async function closeCircuit(
  db: Database,
  connection: string,
  codes: readonly string[],
): Promise<boolean> {
  const { rows } = await sql<{ closed: boolean }>`
    with closed as (
      delete from circuits where connection = ${connection} and probing returning 1
    ), waiting as (
      select runs.id from plans join runs on plan_hash = hash
      where target = ${connection} and status = 'running' and exists (select 1 from closed)
    ), blocked as (
      -- Their run is over, but for them.
      select runs.id from held join runs on runs.id = run_id join plans on plan_hash = hash
      where blocked_at is not null and due_at > now() and target = ${connection} and exists (select 1 from closed)
    ), whole as (
      update batches set due_at = now()
      where run_id in (select id from waiting) and due_at > now() and fault->>'code' = any(${codes}::text[])
    ), single as (
      update held set due_at = now()
      where run_id in (select id from waiting union all select id from blocked) and due_at > now() and fault->>'code' = any(${codes}::text[])
    )
    select exists (select 1 from closed) as closed`.execute(db);
  return rows[0]?.closed === true;
}

/** Somebody has perhaps mended what a flow waits for: its target is probed now, unless it is away for one of the codes `patient`. */
export async function hurryProbe(db: Database, flow: string, patient: readonly string[]): Promise<void> {
  await sql`
    update circuits set probe_at = now()
    where connection in (select target from plans where flow = ${flow}) and not probing
      and fault->>'code' <> all(${patient}::text[])`.execute(db);
}

const untilProbe = sql`greatest(0, extract(epoch from circuits.probe_at - now()) * 1000)::float8 as wait_ms`;
