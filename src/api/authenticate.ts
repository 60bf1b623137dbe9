import type { FastifyRequest } from 'fastify';
import type { Caller } from '../app/access/caller.ts';
import { callerOfSession, findCallerOfSession } from '../app/access/sessions/sessions.ts';
import { callerOfToken } from '../app/access/tokens/token-caller.ts';
import type { OpenDatabase } from '../app/open/open-database.ts';
import { Fault } from '../contract/fault.ts';
import { sessionSecretOf } from './login/cookies.ts';
import type { LoginParts } from './login/login-parts.ts';
import { requireCsrfToken, requireSameSite } from './login/same-site.ts';

/**
 * Says who asks, by the token or the session that comes with a request. Throws a Fault TL_UNAUTHENTICATED where that is
 * nobody, TL_FORBIDDEN where a page of another site has its browser ask. A token goes along with nothing by itself: it
 * needs no more.
 */
export function createAuthentication({
  open,
  access,
  site,
}: Pick<LoginParts, 'open' | 'access' | 'site'>): (request: FastifyRequest) => Promise<Caller> {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return await callerOfToken(open, tokenOf(authorization));
    const secret = sessionSecretOf(request, site());
    if (secret === undefined)
      throw new Fault('TL_UNAUTHENTICATED', 'sign in, or send a token: Authorization: Bearer tl_…');
    // First, so that no page of another site keeps a session from becoming idle.
    requireSameSite(request, site());
    const caller = await callerOfSession(open, secret, access().sessions);
    if (caller === undefined) throw new Fault('TL_UNAUTHENTICATED', 'the session is over: sign in again');
    if (!isSafe(request) && caller.csrfToken !== undefined) requireCsrfToken(request, caller.csrfToken);
    return caller;
  };
}

/** The same of who was let in before, without that counting as their doing anything: a window that stands open is no work. */
export function createRecheck({
  open,
  access,
  site,
}: Pick<LoginParts, 'open' | 'access' | 'site'>): (request: FastifyRequest) => Promise<Caller> {
  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return await callerOfToken(open, tokenOf(authorization));
    const caller = await findCallerOfSession(open, sessionSecretOf(request, site()) ?? '', access().sessions);
    if (caller !== undefined) return caller;
    throw new Fault('TL_UNAUTHENTICATED', 'the session is over: sign in again');
  };
}

/** The same by tokens alone, for what no browser asks. */
export function createTokenAuthentication(open: OpenDatabase): (request: FastifyRequest) => Promise<Caller> {
  return async ({ headers: { authorization } }) => {
    if (authorization !== undefined) return await callerOfToken(open, tokenOf(authorization));
    throw new Fault('TL_UNAUTHENTICATED', 'send a token: Authorization: Bearer tl_…');
  };
}

function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

function tokenOf(authorization: string): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new Fault('TL_UNAUTHENTICATED', 'Authorization: expected Bearer and a token, such as Bearer tl_…');
}
