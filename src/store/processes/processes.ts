import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** A process of an engine, as it says of itself. */
export interface OwnProcess {
  readonly id: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly host: string;
  readonly pid: number;
}

/** One that has been seen lately. */
export interface SeenProcess extends OwnProcess {
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** Since it was last seen, by the clock of the database. */
  readonly silentSeconds: number;
}

/**
 * A sign of life. A row that is not there (any more) is made again; those of others that have been silent for so long
 * that nobody asks for them go, so there are never more rows than processes of that time.
 *
 * @param forgetMs - how long a silent process is still known.
 */
export async function beatProcess(db: Database, own: OwnProcess, forgetMs: number): Promise<void> {
  const { id, roles, version, host, pid } = own;
  await sql`
    with gone as (
      delete from processes where seen_at < now() - ${forgetMs} * interval '1 millisecond' and id <> ${id}
    )
    insert into processes (id, roles, version, host, pid)
    values (${id}, ${[...roles]}::text[], ${version}, ${host}, ${pid})
    on conflict (id) do update set roles = excluded.roles, seen_at = now()`.execute(db);
}

/** One that ends on purpose is not waited for. */
export async function forgetProcess(db: Database, id: string): Promise<void> {
  await sql`delete from processes where id = ${id}`.execute(db);
}

/** Those that have been seen within so long, the oldest first. */
export async function listProcesses(db: Database, withinMs: number): Promise<readonly SeenProcess[]> {
  const { rows } = await sql<SeenProcess>`
    select id, roles, version, host, pid, started_at as "startedAt", seen_at as "seenAt",
           greatest(0, extract(epoch from clock_timestamp() - seen_at))::float8 as "silentSeconds"
    from processes where seen_at >= now() - ${withinMs} * interval '1 millisecond'
    order by started_at, id`.execute(db);
  return rows;
}
