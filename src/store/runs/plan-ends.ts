import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** What the ends of a flow are called, as it was last run. */
export interface PlanEnds {
  readonly flow: string;
  /** The canonical entity; `null`: it speaks of none. */
  readonly entity: string | null;
  /** Connections. */
  readonly source: string;
  readonly target: string;
}

export async function loadPlanEnds(db: Database, flows: readonly string[]): Promise<readonly PlanEnds[]> {
  const { rows } = await sql<PlanEnds>`
    select given.flow, nullif(entity, target_resource) as entity, source, target
    from unnest(${flows}::text[]) as given (flow) cross join lateral (
      select entity, target_resource, source, target from runs join plans on hash = plan_hash
      where runs.flow = given.flow and target_resource is not null order by runs.id desc limit 1
    ) as latest`.execute(db);
  return rows;
}

/** All connections that a flow has ever read or written. */
export async function listPlanConnections(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct name from plans cross join lateral unnest(array[source, target]) as name
    where name is not null order by name`.execute(db);
  return rows.map(({ name }) => name);
}
