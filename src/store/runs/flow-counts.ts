import { sql } from 'kysely';
import type { Counts } from '../../contract/outcome.ts';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';

/** What became of all records that a flow has read since then, replays left out. */
export async function sumFlowCounts(
  db: Database,
  { flow, since }: { readonly flow: string; readonly since: Date },
): Promise<Omit<Counts, 'pending'> & { readonly runs: number }> {
  const total = (name: string) => sql`coalesce(sum(${sql.ref(name)}), 0)::float8 as ${sql.ref(name)}`;
  const names = ['read', 'delivered', 'unchanged', 'filtered', 'superseded', 'blocked', 'failed'];
  const { rows } = await sql<Omit<Counts, 'pending'> & { runs: number }>`
    select count(*)::int as runs, ${sql.join(names.map(total))} from runs
    where flow = ${flow} and created_at >= ${since} and trigger <> 'replay' and status <> 'skipped'`.execute(
    db,
  );
  return present(rows[0], 'the row of a sum');
}

/** Open errors of a flow, by the step of the line at which they failed. */
export async function countErrorsByStage(db: Database, flow: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ stage: string; count: number }>`
    select stage, count(*)::int as count from errors
    where flow = ${flow} and state in ('open', 'replaying') group by stage`.execute(db);
  return new Map(rows.map(({ stage, count }) => [stage, count]));
}
