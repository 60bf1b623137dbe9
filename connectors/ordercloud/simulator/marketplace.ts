import type { Clock } from '../../../src/contract/connector.ts';
import type { EffectLog } from '../../../src/simulator/simulator.ts';
import type { World } from '../../../src/simulator/world.ts';
import { type Collection, createCollection, idOf } from './objects/collection.ts';
import {
  addressType,
  buyerType,
  priceScheduleType,
  productType,
  type Thing,
  userType,
} from './objects/object-types.ts';
import { notFound } from './objects/refusal.ts';
import { lineItemType, orderType } from './orders/order-types.ts';

/** Everything that one simulated marketplace holds. */
export interface Marketplace {
  readonly world: World;
  readonly clock: Clock;
  readonly effects: EffectLog;
  readonly buyers: Collection;
  readonly products: Collection;
  readonly priceSchedules: Collection;
  readonly orders: Collection;
  /** Per buyer: their IDs are unique only there. */
  readonly users: Map<string, Collection>;
  readonly addresses: Map<string, Collection>;
  readonly addressAssignments: Map<string, Thing[]>;
  /** User names in lower case, unique in the marketplace, with the buyer and ID of who has it. */
  readonly usernames: Map<string, string>;
  /** Per order. */
  readonly lineItems: Map<string, Collection>;
}

export function createMarketplace(world: World, clock: Clock, effects: EffectLog): Marketplace {
  return {
    world,
    clock,
    effects,
    buyers: createCollection(buyerType),
    products: createCollection(productType),
    priceSchedules: createCollection(priceScheduleType),
    orders: createCollection(orderType),
    users: new Map(),
    addresses: new Map(),
    addressAssignments: new Map(),
    usernames: new Map(),
    lineItems: new Map(),
  };
}

/** A buyer brings its own users and addresses. */
export function addBuyer(marketplace: Marketplace, buyer: Thing): void {
  const id = idOf(buyer);
  marketplace.buyers.put(buyer);
  marketplace.users.set(id, createCollection(userType));
  marketplace.addresses.set(id, createCollection(addressType));
  marketplace.addressAssignments.set(id, []);
}

export function addUser(marketplace: Marketplace, user: Thing): void {
  const buyerId = String(user['CompanyID']);
  usersOf(marketplace, buyerId).put(user);
  marketplace.usernames.set(String(user['Username']).toLowerCase(), `${buyerId}/${idOf(user)}`);
}

export function addOrder(marketplace: Marketplace, order: Thing, lineItems: readonly Thing[]): void {
  const lines = createCollection(lineItemType);
  for (const lineItem of lineItems) lines.put(lineItem);
  marketplace.lineItems.set(idOf(order), lines);
  marketplace.orders.put(order);
}

export function usersOf(marketplace: Marketplace, buyerId: string): Collection {
  const users = marketplace.users.get(buyerId);
  if (users === undefined) throw notFound('Buyer', buyerId);
  return users;
}

export function addressesOf(marketplace: Marketplace, buyerId: string): Collection {
  const addresses = marketplace.addresses.get(buyerId);
  if (addresses === undefined) throw notFound('Buyer', buyerId);
  return addresses;
}

export function lineItemsOf(marketplace: Marketplace, orderId: string): Collection {
  const lineItems = marketplace.lineItems.get(orderId);
  if (lineItems === undefined) throw notFound('Order', orderId);
  return lineItems;
}

/** `2026-11-20T10:00:00.000+00:00`: with an offset where others write Z. */
export function formatDate(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}

/** JSON numbers carry money here; sums are made in whole cents. */
export function toCents(amount: unknown): number {
  return typeof amount === 'number' ? Math.round(amount * 100) : 0;
}
