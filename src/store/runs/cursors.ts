import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

export async function loadCursor(db: Database, flow: string): Promise<string | undefined> {
  const { rows } = await sql<{ cursor: string }>`select cursor from cursors where flow = ${flow}`.execute(db);
  return rows[0]?.cursor;
}
