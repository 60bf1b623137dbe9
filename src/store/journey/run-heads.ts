import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { RunStatus, Trigger } from '../runs/runs.ts';

/** What there is to say of a run beside what came of a record in it. */
export interface RunHead {
  readonly id: number;
  readonly trigger: Trigger;
  readonly status: RunStatus;
  readonly tick: Date | null;
  /** Who asked for it; `null`: a schedule, or it is not known. */
  readonly by: string | null;
  readonly planHash: string | null;
}

export async function loadRunHeads(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, RunHead>> {
  const { rows } = await sql<RunHead>`
    select id, trigger, status, tick, options->>'by' as by, plan_hash as "planHash"
    from runs where id = any(${ids}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
