import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** How much of a connection's limits its processes use now. */
export interface LimitUse {
  readonly connection: string;
  /** Requests that may be under way, as processes have shared them among themselves. */
  readonly slots: number;
  /** Processes that would like to have more. */
  readonly waiting: number;
}

/** Of connections that state how many requests may be under way, and of which any are. */
export async function listLimitUse(db: Database): Promise<readonly LimitUse[]> {
  const { rows } = await sql<LimitUse>`
    select connection, coalesce(taken.slots, 0) as slots, coalesce(asking.waiting, 0) as waiting
    from (
      select connection, count(*)::int as slots from limit_slots where until > now() group by connection
    ) as taken full join (
      select connection, count(distinct owner)::int as waiting from limit_waiters where until > now() group by connection
    ) as asking using (connection)`.execute(db);
  return rows;
}
