import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** A browser that a user came in from, by a hash of both; those that nobody came in from since `since` go with it. */
export interface NewBrowser {
  readonly about: Buffer;
  readonly userId: number;
  readonly at: Date;
  readonly since: Date;
}

export async function keepBrowser(tx: Database, { about, userId, at, since }: NewBrowser): Promise<void> {
  await sql`delete from login_browsers where seen_at < ${since}`.execute(tx);
  await sql`
    insert into login_browsers (about, user_id, seen_at) values (${about}, ${userId}, ${at})
    on conflict (about) do update set seen_at = excluded.seen_at`.execute(tx);
}

export async function isKnownBrowser(db: Database, about: Buffer, since: Date): Promise<boolean> {
  const { rows } = await sql`
    select 1 from login_browsers where about = ${about} and seen_at >= ${since}`.execute(db);
  return rows.length > 0;
}

/** Of a user whose browsers are not to be trusted any more. */
export async function deleteBrowsers(tx: Database, userId: number): Promise<void> {
  await sql`delete from login_browsers where user_id = ${userId}`.execute(tx);
}
