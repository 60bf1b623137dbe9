import type { FastifyRequest } from 'fastify';
import type { Caller } from '../app/access/caller.ts';
import type { OpenDatabase } from '../app/open/open-database.ts';
import { Fault } from '../contract/fault.ts';

/** Says who asks, by what comes with a request. Throws a Fault TL_UNAUTHENTICATED where that is nobody. */
export function createAuthentication(_open: OpenDatabase): (request: FastifyRequest) => Promise<Caller> {
  return async () => {
    throw new Fault('TL_UNAUTHENTICATED', 'sign in, or send a token: Authorization: Bearer tl_…');
  };
}
