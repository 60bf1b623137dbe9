import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** A login that an identity provider has been asked for. */
export interface ProviderLogin {
  readonly state: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
  /** Where the browser goes in the end: a path of ours. */
  readonly returnTo: string;
}

export interface NewProviderLogin extends ProviderLogin {
  /** SHA-256 of what the browser holds meanwhile: the answer counts from no other. */
  readonly hash: Buffer;
  readonly expiresAt: Date;
}

/** Those that are over go with it. */
export async function insertProviderLogin(db: Database, login: NewProviderLogin, now: Date): Promise<void> {
  const { hash, state, nonce, verifier, returnTo, expiresAt } = login;
  await sql`delete from provider_logins where expires_at <= ${now}`.execute(db);
  await sql`
    insert into provider_logins (hash, state, nonce, verifier, return_to, expires_at)
    values (${hash}, ${state}, ${nonce}, ${verifier}, ${returnTo}, ${expiresAt})`.execute(db);
}

/** Takes it away: an answer counts once, whatever comes of it. */
export async function takeProviderLogin(
  db: Database,
  hash: Buffer,
  now: Date,
): Promise<ProviderLogin | undefined> {
  const { rows } = await sql<ProviderLogin>`
    delete from provider_logins where hash = ${hash} and expires_at > ${now}
    returning state, nonce, verifier, return_to as "returnTo"`.execute(db);
  return rows[0];
}
