import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** What became of members that had been delivered before; `unwatched`: the member is empty. */
export interface AbsenceCount {
  readonly fate: 'kept' | 'cleared' | 'unwatched';
  readonly member: string;
  readonly records: number;
}

/** What of it happened in runs. */
export type Absences = readonly (AbsenceCount & { readonly runId: number })[];

/** Members that vanished in a run, and the connection that they had been delivered to. */
export type RunAbsence = AbsenceCount & { readonly run: number; readonly connection: string };

/**
 * Adds to what runs tell. In one order, so that no two lanes wait for each other.
 *
 * @param condition - nothing is added unless it holds.
 */
export function addAbsences(absences: Absences, condition: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    insert into run_absences (run_id, fate, member, records)
    select run_id, fate, member, records
    from unnest(
      ${absences.map((each) => each.runId)}::bigint[], ${absences.map((each) => each.fate)}::text[],
      ${absences.map((each) => each.member)}::text[], ${absences.map((each) => each.records)}::bigint[]
    ) as t (run_id, fate, member, records)
    where ${condition}
    order by run_id, fate, member
    on conflict (run_id, fate, member) do update set records = run_absences.records + excluded.records
    returning 1`;
}

/** What runs tell, the most frequent first. */
export async function listAbsences(db: Database, runs: readonly number[]): Promise<readonly RunAbsence[]> {
  const { rows } = await sql<RunAbsence>`
    select run_id as run, fate, member, records, plans.target as connection
    from run_absences join runs on runs.id = run_id join plans on plans.hash = runs.plan_hash
    where run_id = any(${runs}::bigint[]) order by run_id, records desc, fate, member`.execute(db);
  return rows;
}
