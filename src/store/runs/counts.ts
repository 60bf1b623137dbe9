import { type RawBuilder, sql } from 'kysely';
import { type Outcome, outcomes } from '../../contract/outcome.ts';
import type { Database } from '../postgres/database.ts';

/** By how much the counts of a run change. `stillOpen`: failed as before, which is no new failure. */
export type CountDelta = Partial<Record<Outcome | 'read' | 'stillOpen', number>>;

const counted = ['read', ...outcomes, 'stillOpen'] as const;

/** Of a row as the update leaves it. */
const ended = sql.join(
  outcomes.map((name) => sql.ref(`runs.${name}`)),
  sql` + `,
);

const columnOf = (name: (typeof counted)[number]) => (name === 'stillOpen' ? 'still_open' : name);

/** What a run that is over has come to. @param count - the column of that name, as it is by then. */
export function finalStatus(count: (column: string) => RawBuilder<unknown>): RawBuilder<unknown> {
  const ended = sql.join(outcomes.map(count), sql` + `);
  return sql`
    case
      when fault is not null then 'failed'
      when ${count('read')} <> ${ended} then 'failed'
      when ${count('failed')} + ${count('blocked')} + ${count('still_open')} > 0 then 'errors'
      else 'succeeded'
    end`;
}

/**
 * The part `counted` of a statement, which adds to the counts of runs: `id` of each, and whether every record that it has
 * read has its outcome with this (`is_over`). One that was over already, but for what was blocked, is judged anew. Several
 * runs are locked in their order: two lanes cannot lock each other out.
 *
 * @param condition - nothing is added unless it holds.
 */
export function countedBy(
  deltas: ReadonlyMap<number, CountDelta>,
  condition: RawBuilder<unknown>,
): readonly RawBuilder<unknown>[] {
  const runs = [...deltas].sort(([a], [b]) => a - b);
  const ids = sql`${runs.map(([id]) => id)}::bigint[]`;
  // What no run has anything of is no part of the statement.
  const changed = counted.filter((name) => runs.some(([, delta]) => (delta[name] ?? 0) !== 0));
  const columns: readonly string[] = changed.map(columnOf);
  const changes = changed.map((name) => sql`${runs.map(([, delta]) => delta[name] ?? 0)}::bigint[]`);
  const after = (column: string) =>
    columns.includes(column)
      ? sql`${sql.ref(`runs.${column}`)} + ${sql.ref(`t.${column}`)}`
      : sql.ref(`runs.${column}`);
  const sets = [
    ...columns.map((column) => sql`${sql.ref(column)} = ${after(column)}`),
    ...(runs.some(([, { blocked = 0 }]) => blocked < 0) ? judgeAnew(after) : []),
  ];
  const names = ['id', ...columns].map((name) => sql.ref(name));
  const locked = sql`locked as (select id from runs where id = any(${ids}) and ${condition} order by id for update)`;
  return [
    ...(runs.length > 1 ? [locked] : []),
    sql`counted as (
      update runs set ${sql.join(sets.length > 0 ? sets : [sql`read = runs.read`])}
      from unnest(${sql.join([ids, ...changes])}) as t (${sql.join(names)})
      where runs.id = t.id and ${condition} and ${runs.length > 1 ? sql`(select count(*) from locked) > 0` : sql`true`}
      returning runs.id, runs.status = 'running' and read_at is not null
        and runs.read <= ${ended} as is_over
    )`,
  ];
}

function judgeAnew(after: (column: string) => RawBuilder<unknown>): readonly RawBuilder<unknown>[] {
  const isJudged = sql`runs.status in ('succeeded', 'errors', 'failed') and t.blocked < 0`;
  return [
    sql`status = case when ${isJudged} then ${finalStatus(after)} else runs.status end`,
    sql`ended_at = case when ${isJudged} then now() else runs.ended_at end`,
  ];
}

/** Adds to the counts of runs. */
export async function addCounts(db: Database, tallies: ReadonlyMap<number, CountDelta>): Promise<void> {
  if (tallies.size === 0) return;
  await sql`with ${sql.join(countedBy(tallies, sql`true`))} select id from counted`.execute(db);
}
