import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

export interface NewStoredLink {
  /** SHA-256 of what the link has in it. */
  readonly hash: Buffer;
  readonly userId: number;
  readonly expiresAt: Date;
}

/** Those that are over go with it. */
export async function insertLink(tx: Database, link: NewStoredLink, now: Date): Promise<void> {
  const { hash, userId, expiresAt } = link;
  await sql`delete from login_links where expires_at <= ${now}`.execute(tx);
  await sql`
    insert into login_links (hash, user_id, expires_at) values (${hash}, ${userId}, ${expiresAt})`.execute(
    tx,
  );
}

/** Takes a link away, so that it is used once; returns whose it is. */
export async function takeLink(tx: Database, hash: Buffer, now: Date): Promise<number | undefined> {
  const { rows } = await sql<{ userId: number }>`
    delete from login_links where hash = ${hash} and expires_at > ${now}
    returning user_id as "userId"`.execute(tx);
  return rows[0]?.userId;
}

/** Of a user who must not come in by one any more. */
export async function deleteLinks(tx: Database, userId: number): Promise<void> {
  await sql`delete from login_links where user_id = ${userId}`.execute(tx);
}
