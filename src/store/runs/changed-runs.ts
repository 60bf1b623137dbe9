import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** The id of the newest run, of the newest set and of the last audit entry: each grows with every new one. */
export interface NewestIds {
  readonly run: number;
  readonly bulk: number;
  readonly entry: number;
}

export async function loadNewestIds(db: Database): Promise<NewestIds> {
  const { rows } = await sql<NewestIds>`
    select (select coalesce(max(id), 0) from runs) as run, (select coalesce(max(id), 0) from bulks) as bulk,
           (select coalesce(max(id), 0) from audit_entries) as entry`.execute(db);
  return rows[0] ?? { run: 0, bulk: 0, entry: 0 };
}

/** Runs that are not over, and those that have come since this one, so many at most. */
export async function findChangingRuns(
  db: Database,
  since: number,
  most: number,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    (select id from runs where status in ('queued', 'running') order by id desc limit ${most})
    union (select id from runs where status = 'held' order by id desc limit ${most})
    union (select id from runs where id > ${since} order by id desc limit ${most})`.execute(db);
  return rows.map(({ id }) => id);
}

/** The same of sets of errors. */
export async function findChangingBulks(
  db: Database,
  since: number,
  most: number,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from bulks where state in ('waiting', 'running') or id > ${since} order by id desc limit ${most}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Open errors of each flow that has any. */
export async function countOpenByFlow(db: Database): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ flow: string; open: number }>`
    select flow, count(*) as open from errors where state in ('open', 'replaying') group by flow`.execute(db);
  return new Map(rows.map(({ flow, open }) => [flow, open]));
}
