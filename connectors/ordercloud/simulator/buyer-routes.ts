import type { FastifyInstance } from 'fastify';
import { addAssignmentRoutes } from './assignment-routes.ts';
import { addBuyer, addressesOf, addUser, formatDate, type Marketplace, usersOf } from './marketplace.ts';
import { idOf } from './objects/collection.ts';
import { listObjects, type Query } from './objects/list-objects.ts';
import { addObjectRoutes, type Parameters } from './objects/object-routes.ts';
import { type Thing, userType } from './objects/object-types.ts';
import { refuse } from './objects/refusal.ts';

/** Buyers (companies), their users and addresses, and who may use which address. */
export function addBuyerRoutes(app: FastifyInstance, marketplace: Marketplace, newId: () => string): void {
  const { effects } = marketplace;
  addObjectRoutes(app, {
    path: '/v1/buyers',
    collection: () => marketplace.buyers,
    effects,
    newId,
    complete: (after, before) => {
      if (before !== undefined && idOf(before) !== idOf(after)) {
        throw refuse(400, 'ValidationFailure', 'This simulator does not rename buyers.');
      }
      return withDateCreated(marketplace, after);
    },
    kept: (after, before) => {
      if (before === undefined) addBuyer(marketplace, after);
    },
    leaving: (buyer) => {
      for (const user of usersOf(marketplace, idOf(buyer)).list()) releaseUser(marketplace, user);
      marketplace.users.delete(idOf(buyer));
      marketplace.addresses.delete(idOf(buyer));
    },
  });
  addUserRoutes(app, marketplace, newId);
  addObjectRoutes(app, {
    path: '/v1/buyers/:buyerID/addresses',
    collection: ({ buyerID }) => addressesOf(marketplace, buyerID ?? ''),
    effects,
    newId,
    complete: (after) => withDateCreated(marketplace, after),
  });
  addAssignmentRoutes(app, marketplace);
}

function addUserRoutes(app: FastifyInstance, marketplace: Marketplace, newId: () => string): void {
  app.get('/v1/buyerusers', async (request) => {
    const things = [...marketplace.users.values()].flatMap((users) => users.list());
    return listObjects({ type: userType, things, sortedById: false }, request.query as Query);
  });
  addObjectRoutes(app, {
    path: '/v1/buyers/:buyerID/users',
    collection: ({ buyerID }) => usersOf(marketplace, buyerID ?? ''),
    effects: marketplace.effects,
    newId,
    complete: (after, before, at) => completeUser(marketplace, after, before, at),
    kept: (after, before) => {
      if (before !== undefined) marketplace.usernames.delete(String(before['Username']).toLowerCase());
      addUser(marketplace, after);
    },
    leaving: (user) => releaseUser(marketplace, user),
    parameters: ['userGroupID'],
  });
}

function completeUser(
  marketplace: Marketplace,
  after: Thing,
  before: Thing | undefined,
  at: Parameters,
): Thing {
  const buyerId = at['buyerID'] ?? '';
  const owner = marketplace.usernames.get(String(after['Username']).toLowerCase());
  if (owner !== undefined && owner !== `${buyerId}/${idOf(before ?? after)}`) {
    throw refuse(409, 'User.UsernameMustBeUnique', 'Username is taken.', { Username: after['Username'] });
  }
  return {
    ...withDateCreated(marketplace, after),
    CompanyID: buyerId,
    AvailableRoles: after['AvailableRoles'] ?? [],
  };
}

function releaseUser(marketplace: Marketplace, user: Thing): void {
  const hasOpenOrder = marketplace.orders
    .list()
    .some(
      (order) =>
        order['FromUserID'] === user['ID'] &&
        order['FromCompanyID'] === user['CompanyID'] &&
        order['Status'] === 'Open',
    );
  if (hasOpenOrder) throw refuse(400, 'User.CannotDeleteWithOpenOrder', 'User has open orders.');
  marketplace.usernames.delete(String(user['Username']).toLowerCase());
}

function withDateCreated(marketplace: Marketplace, thing: Thing): Thing {
  return { ...thing, DateCreated: thing['DateCreated'] ?? formatDate(marketplace.clock.now()) };
}
