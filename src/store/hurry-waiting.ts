import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Makes due now what waits in a flow, but for what a system has asked to be given time for. Answers the lanes that
 * have something to do by that.
 */
export async function hurryWaiting(db: Database, flow: string): Promise<readonly number[]> {
  const { rows } = await sql<{ lane: number }>`
    with whole as (
      update batches set due_at = now()
      where flow = ${flow} and due_at > now() and fault->>'code' is distinct from 'TL_SYSTEM_THROTTLED'
      returning lane
    ), single as (
      update held set due_at = now()
      where flow = ${flow} and due_at > now() and fault->>'code' is distinct from 'TL_SYSTEM_THROTTLED'
      returning lane
    )
    select lane from whole union select lane from single`.execute(db);
  return rows.map((row) => row.lane);
}
