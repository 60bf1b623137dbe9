import type { FastifyInstance } from 'fastify';
import { isJsonObject } from '../../../src/contract/json.ts';
import { parseTime } from '../../../src/simulator/parse-time.ts';
import { marketplaceId } from './layout.ts';
import { formatDate, type Marketplace } from './marketplace.ts';
import { idOf } from './objects/collection.ts';
import { addObjectRoutes } from './objects/object-routes.ts';
import type { Thing } from './objects/object-types.ts';
import { notFound, refuse } from './objects/refusal.ts';

/** Products with their inventory, and price schedules. */
export function addCatalogRoutes(app: FastifyInstance, marketplace: Marketplace, newId: () => string): void {
  const { products, priceSchedules, effects } = marketplace;
  addObjectRoutes(app, {
    path: '/v1/products',
    collection: () => products,
    effects,
    newId,
    complete: (after, before) => completeProduct(marketplace, after, before),
    parameters: ['catalogID', 'categoryID', 'supplierID'],
    version: inventoryVersion,
  });
  addObjectRoutes(app, {
    path: '/v1/priceschedules',
    collection: () => priceSchedules,
    effects,
    newId,
    complete: (after) => completePriceSchedule(marketplace, after),
  });
}

function completeProduct(marketplace: Marketplace, after: Thing, before: Thing | undefined): Thing {
  const scheduleId = after['DefaultPriceScheduleID'];
  if (typeof scheduleId === 'string' && marketplace.priceSchedules.get(scheduleId) === undefined) {
    throw notFound('PriceSchedule', scheduleId);
  }
  const inventory = after['Inventory'];
  const isTouched = inventory !== before?.['Inventory'];
  const LastUpdated = formatDate(marketplace.clock.now());
  return {
    ...after,
    OwnerID: after['OwnerID'] ?? marketplaceId,
    Inventory: isTouched && isJsonObject(inventory) ? { ...inventory, LastUpdated } : inventory,
  };
}

function inventoryVersion(product: Thing): string | undefined {
  const inventory = product['Inventory'];
  return isJsonObject(inventory) && typeof inventory['LastUpdated'] === 'string'
    ? inventory['LastUpdated']
    : undefined;
}

function completePriceSchedule(marketplace: Marketplace, after: Thing): Thing {
  const breaks = Array.isArray(after['PriceBreaks']) ? after['PriceBreaks'].filter(isJsonObject) : [];
  for (const { Quantity, Price } of breaks) {
    if (Quantity === null || Price === null) {
      throw refuse(
        400,
        'ValidationFailure',
        `PriceSchedule ${idOf(after)}: a price break needs Quantity and Price.`,
      );
    }
  }
  if (new Set(breaks.map(({ Quantity }) => Quantity)).size < breaks.length) {
    throw refuse(400, 'PriceSchedule.DuplicatePriceBreaks', 'Price breaks must have different quantities.');
  }
  const isOnSale =
    breaks.some(({ SalePrice }) => SalePrice !== null) && isSaleTime(marketplace.clock.now(), after);
  return { ...after, OwnerID: after['OwnerID'] ?? marketplaceId, IsOnSale: isOnSale };
}

function isSaleTime(now: number, { SaleStart, SaleEnd }: Thing): boolean {
  const start = typeof SaleStart === 'string' ? parseTime(SaleStart) : Number.NEGATIVE_INFINITY;
  const end = typeof SaleEnd === 'string' ? parseTime(SaleEnd) : Number.POSITIVE_INFINITY;
  return start <= now && now <= end;
}
