import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/**
 * Keys of a flow that something is held of, or in the errors: what is known of them is not the last word. `any`: records
 * of another run are staged, or a person has decided about some of the flow's, so that it may be any of them.
 */
export async function findMoving(
  db: Database,
  { flow, runId }: { readonly flow: string; readonly runId: number },
  keys: readonly string[],
): Promise<ReadonlySet<string> | 'any'> {
  const { rows } = await sql<{ is_any: boolean; keys: readonly string[] }>`
    select exists (select 1 from batches where flow = ${flow} and run_id <> ${runId})
             or exists (select 1 from decisions where flow = ${flow}) as is_any,
           array(
             select key from held where flow = ${flow} and key = any(${keys}::text[])
             union
             select key from errors
             where flow = ${flow} and key = any(${keys}::text[]) and state in ('open', 'replaying')
           ) as keys`.execute(db);
  const row = rows[0];
  return row === undefined || row.is_any ? 'any' : new Set(row.keys);
}
