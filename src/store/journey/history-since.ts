import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** The oldest step that is kept of anything; `null`: nothing is. */
export async function historySince(db: Database): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select at from history where part = (
      select part from history_parts where exists (select 1 from history where history.part = history_parts.part)
      order by part limit 1
    ) order by id limit 1`.execute(db);
  return rows[0]?.at ?? null;
}
