import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

export async function loadCursor(db: Database, flow: string): Promise<string | undefined> {
  const { rows } = await sql<{ cursor: string }>`select cursor from cursors where flow = ${flow}`.execute(db);
  return rows[0]?.cursor;
}

/** Only ever called in the transaction that stages what was read up to here. */
export async function saveCursor(
  db: Database,
  at: { readonly flow: string; readonly cursor: string; readonly runId: number },
): Promise<void> {
  await sql`
    insert into cursors (flow, cursor, run_id) values (${at.flow}, ${at.cursor}, ${at.runId})
    on conflict (flow) do update set cursor = excluded.cursor, run_id = excluded.run_id, updated_at = now()
  `.execute(db);
}
