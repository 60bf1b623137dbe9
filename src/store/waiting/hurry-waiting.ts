import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/**
 * Makes due now what waits in a flow, but for what waits because of one of the codes `patient`. Returns the lanes that
 * have something to do by that.
 */
export async function hurryWaiting(
  db: Database,
  flow: string,
  patient: readonly string[],
): Promise<readonly number[]> {
  const isHurried = sql`(fault is null or fault->>'code' <> all(${patient}::text[]))`;
  const { rows } = await sql<{ lane: number }>`
    with whole as (
      update batches set due_at = now()
      where flow = ${flow} and due_at > now() and ${isHurried}
      returning lane
    ), single as (
      update held set due_at = now()
      where flow = ${flow} and due_at > now() and ${isHurried}
      returning lane
    )
    select lane from whole union select lane from single`.execute(db);
  return rows.map((row) => row.lane);
}
