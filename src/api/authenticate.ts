import type { FastifyRequest } from 'fastify';
import type { Caller } from '../app/access/caller.ts';
import { callerOfToken } from '../app/access/tokens/token-caller.ts';
import type { OpenDatabase } from '../app/open/open-database.ts';
import { Fault } from '../contract/fault.ts';

/** Says who asks, by what comes with a request. Throws a Fault TL_UNAUTHENTICATED where that is nobody. */
export function createAuthentication(open: OpenDatabase): (request: FastifyRequest) => Promise<Caller> {
  return async ({ headers: { authorization } }) => {
    if (authorization !== undefined) return await callerOfToken(open, tokenOf(authorization));
    throw new Fault('TL_UNAUTHENTICATED', 'sign in, or send a token: Authorization: Bearer tl_…');
  };
}

function tokenOf(authorization: string): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new Fault('TL_UNAUTHENTICATED', 'Authorization: expected Bearer and a token, such as Bearer tl_…');
}
