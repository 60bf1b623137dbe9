import {
  insertProviderLogin,
  type ProviderLogin,
  takeProviderLogin,
} from '../../../store/access/provider-logins.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import { hashSecret, randomSecret } from '../secrets.ts';

const answerMs = 10 * 60_000;

/** Keeps a login until the provider answers, for ten minutes; returns what the browser has to show then. */
export async function keepProviderLogin({ db, clock }: OpenDatabase, login: ProviderLogin): Promise<string> {
  const secret = randomSecret();
  const now = new Date(clock.now());
  const expiresAt = new Date(now.getTime() + answerMs);
  await insertProviderLogin(db, { ...login, hash: hashSecret(secret), expiresAt }, now);
  return secret;
}

/** Once: an answer that comes again finds nothing. */
export async function useProviderLogin(
  { db, clock }: OpenDatabase,
  secret: string,
): Promise<ProviderLogin | undefined> {
  return await takeProviderLogin(db, hashSecret(secret), new Date(clock.now()));
}
