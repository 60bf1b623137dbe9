import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** How many open errors of each flow nobody has to see to for now: they are muted themselves, or their cause is. */
export async function countMutedErrors(db: Database): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ flow: string; count: number }>`
    with muted as (
      select id, flow from causes where muted_until > now()
    ), counts as (
      select muted.flow, count(*) as count from muted join errors on cause_id = muted.id
      where state in ('open', 'replaying') group by muted.flow
      union all
      select flow, count(*) from errors
      where muted_until > now() and state in ('open', 'replaying')
        and not exists (select 1 from muted where muted.id = cause_id)
      group by flow
    )
    select flow, sum(count)::bigint as count from counts group by flow`.execute(db);
  return new Map(rows.map(({ flow, count }) => [flow, count]));
}
