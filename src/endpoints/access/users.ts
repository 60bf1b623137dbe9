import { siteOf } from '../../app/access/site.ts';
import {
  disableUser,
  enableUser,
  grantUser,
  setPassword,
  type UserDecision,
} from '../../app/access/users/change-users.ts';
import { makeLoginLink } from '../../app/access/users/login-links.ts';
import { addUser, pageUsers } from '../../app/access/users/users.ts';
import { Fault } from '../../contract/fault.ts';
import type {
  AddUserInput,
  DisableUserInput,
  EnableUserInput,
  GrantUserInput,
  ListUsersInput,
  MakeLoginLinkInput,
  SetPasswordInput,
} from '../../contract/generated/endpoints.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';

/** Only who may everything sees to users. */
const admin = { subject: 'users', role: 'admin', reach: 'everything' } as const;

const listUsersEndpoint: Endpoint<ListUsersInput> = {
  id: 'listUsers',
  method: 'GET',
  path: '/users',
  ...admin,
  summary: 'Users, by their names',
  answer: 'user-list',
  async handle({ open }, { limit = 50, cursor }) {
    const { items: users, next } = await pageUsers(open, { limit, cursor });
    return { users, ...(next !== undefined && { next }) };
  },
};

const addUserEndpoint: Endpoint<AddUserInput> = {
  id: 'addUser',
  method: 'POST',
  path: '/users',
  ...admin,
  summary: 'Add a user',
  description: 'Without a password a one-time link lets them in.',
  isPrivate: true,
  answer: 'user-changed',
  status: 201,
  handle: async ({ open, caller }, input) => ({ user: await addUser(open, input, caller.name) }),
};

const grantUserEndpoint: Endpoint<GrantUserInput> = {
  id: 'grantUser',
  method: 'PUT',
  path: '/users/{user}/grants',
  ...admin,
  summary: 'Give a user other rights, in place of those that they have',
  description: 'Takes effect at once: their sessions end.',
  answer: 'user-changed',
  async handle(desk, { user, grants, ...said }) {
    return { user: await grantUser(desk.open, { name: user, grants }, decisionOf(desk, said)) };
  },
};

const setPasswordEndpoint: Endpoint<SetPasswordInput> = {
  id: 'setPassword',
  method: 'PUT',
  path: '/users/{user}/password',
  ...admin,
  summary: 'Give a user another password',
  description: 'Their sessions end.',
  isPrivate: true,
  answer: 'user-changed',
  async handle(desk, { user, password, reason }) {
    return { user: await setPassword(desk.open, { name: user, password }, decisionOf(desk, { reason })) };
  },
};

const disableUserEndpoint: Endpoint<DisableUserInput> = {
  id: 'disableUser',
  method: 'POST',
  path: '/users/{user}/disable',
  ...admin,
  summary: 'Let a user in no more, at once: their sessions end, their tokens let nobody in',
  answer: 'user-changed',
  async handle(desk, { user, ...said }) {
    return { user: await disableUser(desk.open, user, decisionOf(desk, said)) };
  },
};

const enableUserEndpoint: Endpoint<EnableUserInput> = {
  id: 'enableUser',
  method: 'POST',
  path: '/users/{user}/enable',
  ...admin,
  summary: 'Let a disabled user in again',
  answer: 'user-changed',
  async handle(desk, { user, reason }) {
    return { user: await enableUser(desk.open, user, decisionOf(desk, { reason })) };
  },
};

const makeLoginLinkEndpoint: Endpoint<MakeLoginLinkInput> = {
  id: 'makeLoginLink',
  method: 'POST',
  path: '/users/{user}/link',
  ...admin,
  summary: 'Make a link that lets a user in, once, within ten minutes',
  isPrivate: true,
  answer: 'user-link',
  status: 201,
  async handle({ open, caller }, { user: name }) {
    const { path, ...link } = await makeLoginLink(open, name, caller.name);
    return { ...link, link: `${await siteOf(open)}${path}` };
  },
};

export const userEndpoints: readonly Endpoint[] = [
  listUsersEndpoint,
  addUserEndpoint,
  grantUserEndpoint,
  setPasswordEndpoint,
  disableUserEndpoint,
  enableUserEndpoint,
  makeLoginLinkEndpoint,
];

interface SaidOfIt {
  readonly reason?: string | undefined;
  readonly evenLast?: boolean | undefined;
}

/** Whoever is at the database itself has a way in: the last admin is kept from a slip only. */
function decisionOf({ caller }: Desk, { reason, evenLast }: SaidOfIt): UserDecision {
  if (evenLast === true && caller.via !== 'local')
    throw new Fault(
      'TL_FORBIDDEN',
      'evenLast: only at the command line over the database, where there is a way in',
    );
  return { by: caller.name, reason, lastAdmin: evenLast === true ? 'allowed' : 'kept' };
}
