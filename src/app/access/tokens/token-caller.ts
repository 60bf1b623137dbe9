import { Fault } from '../../../contract/fault.ts';
import { type FoundToken, findToken, noteTokenUse } from '../../../store/access/api-tokens.ts';
import type { OpenDatabase } from '../../open/open-database.ts';
import type { Caller } from '../caller.ts';
import { limitGrants, parseGrants } from '../grants.ts';
import { hashSecret, isSameHash } from '../secrets.ts';
import { tokenIdOf } from './token-text.ts';

/**
 * Who asks with this token. One that a user has made gives no more than that user may by now. Throws a Fault
 * TL_UNAUTHENTICATED that says why it lets nobody in, to whoever holds all of it; to others that it is none.
 */
export async function callerOfToken({ db, clock }: OpenDatabase, text: string): Promise<Caller> {
  const id = tokenIdOf(text);
  const token = id === undefined ? undefined : await findToken(db, id);
  if (token === undefined || !isSameHash(token.hash, hashSecret(text)))
    throw refusal('the token is none that was made here');
  const now = new Date(clock.now());
  const why = whyClosed(token, now);
  if (why !== undefined) throw refusal(`the token ${token.id} ${why}`);
  await noteTokenUse(db, token.id, now);
  const own = parseGrants(token.grants);
  const grants = token.maker === undefined ? own : limitGrants(own, parseGrants(token.maker.grants));
  return {
    name: `${token.name === token.id ? 'token' : token.name} (${token.id})`,
    via: 'token',
    grants,
    ...(token.userId !== undefined && { userId: token.userId }),
  };
}

function whyClosed({ revokedAt, expiresAt, maker }: FoundToken, now: Date): string | undefined {
  if (revokedAt) return `was revoked at ${revokedAt.toISOString()}`;
  if (expiresAt <= now) return `has expired at ${expiresAt.toISOString()}`;
  return maker?.isDisabled ? 'was made by a user who is disabled' : undefined;
}

function refusal(why: string): Fault {
  return new Fault('TL_UNAUTHENTICATED', why);
}
