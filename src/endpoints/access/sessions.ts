import { endSession, endSessionsOf, pageSessions } from '../../app/access/sessions/sessions.ts';
import { accessOf } from '../../app/access/site.ts';
import { changeOwnPassword } from '../../app/access/users/own-password.ts';
import { requireUser } from '../../app/access/users/users.ts';
import { Fault } from '../../contract/fault.ts';
import type {
  ChangeMyPasswordInput,
  EndMySessionInput,
  EndSessionInput,
  ListMySessionsInput,
  ListSessionsInput,
} from '../../contract/generated/endpoints.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';

const admin = { subject: 'sessions', role: 'admin', reach: 'everything' } as const;
/** About whoever asks, whatever they may. */
const own = { subject: 'me', role: 'viewer', reach: 'some' } as const;

const meEndpoint: Endpoint<object> = {
  id: 'me',
  method: 'GET',
  path: '/me',
  ...own,
  summary: 'Who asks, and what they may',
  answer: 'me',
  async handle({ caller: { name, via, grants, sessionId, csrfToken } }) {
    return { name, via, grants, session: sessionId, csrfToken };
  },
};

const listMySessionsEndpoint: Endpoint<ListMySessionsInput> = {
  id: 'listMySessions',
  method: 'GET',
  path: '/me/sessions',
  ...own,
  summary: 'Where you are logged in',
  answer: 'sessions',
  handle: async (desk, page) => await list(desk, requireOwnId(desk), page),
};

const endMySessionEndpoint: Endpoint<EndMySessionInput> = {
  id: 'endMySession',
  method: 'DELETE',
  path: '/me/sessions/{session}',
  ...own,
  summary: 'Log yourself out somewhere',
  async handle(desk, { session: id }) {
    await endSession(desk.open, { id, userId: requireOwnId(desk) }, desk.caller.name);
  },
};

const endMyOtherSessionsEndpoint: Endpoint<object> = {
  id: 'endMyOtherSessions',
  method: 'POST',
  path: '/me/sessions/end',
  ...own,
  summary: 'Log yourself out everywhere else',
  answer: 'sessions-ended',
  async handle(desk) {
    const { name, sessionId: exceptId } = desk.caller;
    const user = { id: requireOwnId(desk), name };
    return { ended: await endSessionsOf(desk.open, { user, exceptId }, name) };
  },
};

const changeMyPasswordEndpoint: Endpoint<ChangeMyPasswordInput> = {
  id: 'changeMyPassword',
  method: 'PUT',
  path: '/me/password',
  ...own,
  summary: 'Give yourself another password',
  description: 'All your sessions end.',
  isPrivate: true,
  async handle(desk, { current, password }) {
    requireOwnId(desk);
    await changeOwnPassword(desk.open, { name: desk.caller.name, current, password });
  },
};

const listSessionsEndpoint: Endpoint<ListSessionsInput> = {
  id: 'listSessions',
  method: 'GET',
  path: '/sessions',
  ...admin,
  summary: 'Who is logged in',
  answer: 'sessions',
  async handle(desk, { user, ...page }) {
    const userId = user === undefined ? undefined : (await requireUser(desk.open.db, user)).id;
    return await list(desk, userId, page);
  },
};

const endSessionEndpoint: Endpoint<EndSessionInput> = {
  id: 'endSession',
  method: 'DELETE',
  path: '/sessions/{session}',
  ...admin,
  summary: 'Log somebody out',
  async handle({ open, caller }, { session: id }) {
    await endSession(open, { id, userId: undefined }, caller.name);
  },
};

export const sessionEndpoints: readonly Endpoint[] = [
  meEndpoint,
  listMySessionsEndpoint,
  endMySessionEndpoint,
  endMyOtherSessionsEndpoint,
  changeMyPasswordEndpoint,
  listSessionsEndpoint,
  endSessionEndpoint,
];

async function list({ open }: Desk, userId: number | undefined, { limit = 50, cursor }: ListMySessionsInput) {
  const { sessions: limits } = await accessOf(open);
  const { items: sessions, next } = await pageSessions(open, { userId, limits }, { limit, cursor });
  return { sessions, ...(next !== undefined && { next }) };
}

/** Of a person who has logged in: a token has no sessions, whoever made it. */
function requireOwnId({ caller: { via, userId } }: Desk): number {
  if (via === 'session' && userId !== undefined) return userId;
  throw new Fault(
    'TL_FORBIDDEN',
    'this is about whoever has logged in, and you have not: you ask with a token',
  );
}
