import type { FastifyInstance } from 'fastify';
import { parseTime } from '../../../../src/simulator/parse-time.ts';
import { addOrder, addressesOf, formatDate, lineItemsOf, type Marketplace, usersOf } from '../marketplace.ts';
import { idOf } from '../objects/collection.ts';
import type { Predicate } from '../objects/filter.ts';
import { type Query, singleValue } from '../objects/list-objects.ts';
import { addObjectRoutes, getObject, type Parameters } from '../objects/object-routes.ts';
import type { Thing } from '../objects/object-types.ts';
import { notFound, refuse } from '../objects/refusal.ts';
import { actOnOrder, type OrderAction, withTotals } from './order-actions.ts';
import { completeLineItem } from './order-lines.ts';

/** Orders, their line items, and what moves an order from one status to the next. */
export function addOrderRoutes(app: FastifyInstance, marketplace: Marketplace, newId: () => string): void {
  addObjectRoutes(app, {
    path: '/v1/orders/:direction',
    collection: ({ direction = '' }) => {
      if (!/^(incoming|outgoing|all)$/i.test(direction)) throw notFound('OrderDirection', direction);
      return marketplace.orders;
    },
    effects: marketplace.effects,
    newId,
    complete: (after, before, at) => completeOrder(marketplace, after, before, at),
    kept: (after, before) => {
      if (before === undefined) addOrder(marketplace, after, []);
      else if (idOf(before) !== idOf(after)) moveLineItems(marketplace, idOf(before), idOf(after));
    },
    leaving: (order) => {
      marketplace.lineItems.delete(idOf(order));
    },
    parameters: ['buyerID', 'supplierID', 'from', 'to'],
    select: selectOrders,
    version: (order) => String(order['LastUpdated']),
  });
  addLineItemRoutes(app, marketplace, newId);
  for (const action of ['submit', 'cancel', 'complete'] as const) addActionRoute(app, marketplace, action);
}

function addLineItemRoutes(app: FastifyInstance, marketplace: Marketplace, newId: () => string): void {
  addObjectRoutes(app, {
    path: '/v1/orders/:direction/:orderID/lineitems',
    collection: ({ orderID }) => lineItemsOf(marketplace, orderID ?? ''),
    effects: marketplace.effects,
    newId,
    complete: (after, before, { orderID }) =>
      completeLineItem(marketplace, getObject(marketplace.orders, orderID ?? ''), after, before),
    kept: (_after, _before, at) => recalculate(marketplace, at),
    left: (at) => recalculate(marketplace, at),
  });
}

/** Whether a changed line moves the order's LastUpdated is not documented. Here it does, as its totals move. */
function recalculate(marketplace: Marketplace, { orderID = '' }: Parameters): void {
  const order = getObject(marketplace.orders, orderID);
  marketplace.orders.put(withTotals(marketplace, touch(marketplace, order)));
}

function addActionRoute(app: FastifyInstance, marketplace: Marketplace, action: OrderAction): void {
  app.post<{ Params: Parameters }>(`/v1/orders/:direction/:orderID/${action}`, async (request, reply) => {
    const order = getObject(marketplace.orders, request.params['orderID'] ?? '');
    const after = touch(marketplace, actOnOrder(marketplace, order, action));
    marketplace.orders.put(after);
    const version = String(after['LastUpdated']);
    marketplace.effects.append({
      system: 'ordercloud',
      resource: 'orders',
      key: idOf(after),
      action: 'update',
      version,
    });
    return reply.code(201).send(after);
  });
}

function completeOrder(
  marketplace: Marketplace,
  after: Thing,
  before: Thing | undefined,
  at: Parameters,
): Thing {
  const now = formatDate(marketplace.clock.now());
  const origin = before ?? { ...originOf(marketplace, after, at), DateCreated: now };
  const { FromUser, FromUserID, FromCompanyID, ToCompanyID, DateCreated, Currency } = origin;
  const fixed = { FromUser, FromUserID, FromCompanyID, ToCompanyID, DateCreated, Currency };
  const addressId = after['BillingAddressID'];
  const BillingAddress =
    addressId === before?.['BillingAddressID'] || typeof addressId !== 'string'
      ? (before?.['BillingAddress'] ?? null)
      : getObject(addressesOf(marketplace, String(FromCompanyID)), addressId);
  return withTotals(marketplace, touch(marketplace, { ...after, ...fixed, BillingAddress }));
}

/** Who an order is from is said once, when it is created. */
function originOf(marketplace: Marketplace, order: Thing, { direction = '' }: Parameters): Thing {
  const { FromCompanyID, FromUserID } = order;
  if (typeof FromCompanyID !== 'string' || typeof FromUserID !== 'string') {
    const message = `An order created as ${direction} needs FromCompanyID and FromUserID.`;
    throw refuse(400, 'Order.CreateIncomingRequiresFromUser', message);
  }
  const FromUser = getObject(usersOf(marketplace, FromCompanyID), FromUserID);
  return { ...order, FromUser, Currency: 'EUR' };
}

/** Lists show submitted orders unless asked otherwise; asking for both kinds at once is refused. */
function selectOrders(query: Query, { direction = '' }: Parameters): readonly Predicate[] {
  const predicates: Predicate[] = [];
  // The marketplace owner forwards nothing here, so nothing is outgoing.
  if (/^outgoing$/i.test(direction)) predicates.push(() => false);
  if (query['IsSubmitted'] === undefined && !asksForUnsubmitted(query)) {
    predicates.push((order) => order['IsSubmitted'] === true);
  }
  const buyerId = singleValue(query, 'buyerID');
  if (buyerId !== undefined) predicates.push((order) => order['FromCompanyID'] === buyerId);
  if (query['supplierID'] !== undefined) predicates.push(() => false);
  const from = parseTime(singleValue(query, 'from') ?? '');
  const to = parseTime(singleValue(query, 'to') ?? '');
  if (!Number.isNaN(from)) predicates.push((order) => parseTime(String(order['DateCreated'])) >= from);
  if (!Number.isNaN(to)) predicates.push((order) => parseTime(String(order['DateCreated'])) <= to);
  return predicates;
}

function asksForUnsubmitted(query: Query): boolean {
  const status = singleValue(query, 'Status');
  if (status === undefined || status.includes('!')) return false;
  const kinds = new Set(
    status.split('|').map((name) => /^(unsubmitted|awaitingapproval|declined)$/i.test(name)),
  );
  if (kinds.size > 1) {
    throw refuse(
      400,
      'Order.CannotMixSubmittedAndUnsubmitted',
      'Ask for submitted or for unsubmitted orders.',
    );
  }
  return kinds.has(true);
}

function moveLineItems({ lineItems }: Marketplace, from: string, to: string): void {
  const moved = lineItems.get(from);
  lineItems.delete(from);
  if (moved !== undefined) lineItems.set(to, moved);
}

function touch({ clock }: Marketplace, order: Thing): Thing {
  return { ...order, LastUpdated: formatDate(clock.now()) };
}
