import type { Random } from '../../../../src/simulator/random.ts';
import { buyerOf, marketplaceId, type Size } from '../layout.ts';
import { addOrder, addressesOf, formatDate, type Marketplace, toCents, usersOf } from '../marketplace.ts';
import type { Thing } from '../objects/object-types.ts';
import { createObject } from '../objects/write-object.ts';
import { withTotals } from './order-actions.ts';
import { summarize } from './order-lines.ts';
import { lineItemType, orderType } from './order-types.ts';

export interface OrderSeed {
  readonly index: number;
  readonly size: Size;
  /** Milliseconds since 1970. */
  readonly placedAt: number;
  readonly random: Random;
}

/** A submitted order of the shared world. Most are open; a few have been completed or canceled since. */
export function addWorldOrder(marketplace: Marketplace, { index, size, placedAt, random }: OrderSeed): void {
  const { number, customer, lines } = marketplace.world.order(index, size);
  const draw = random.next();
  const Status = draw < 0.03 ? 'Canceled' : draw < 0.1 ? 'Completed' : 'Open';
  const submitted = formatDate(placedAt);
  const base = newOrder(marketplace, number, customer, placedAt);
  const lineItems = lines.map(({ product, quantity }, at) =>
    newLineItem(marketplace, base, { id: String(at + 1).padStart(3, '0'), product, quantity }),
  );
  const subtotal = lineItems.reduce((sum, line) => sum + toCents(line['LineSubtotal']), 0);
  const shipping = subtotal < 10_000 ? 490 : 0;
  const discount = subtotal > 5_000 && random.chance(0.1) ? 500 : 0;
  const order = {
    ...base,
    Status,
    IsSubmitted: true,
    DateSubmitted: submitted,
    DateCanceled: Status === 'Canceled' ? submitted : null,
    DateCompleted: Status === 'Completed' ? submitted : null,
    Comments: random.chance(0.1) ? 'Please deliver to the back entrance.' : null,
    ShippingCost: shipping / 100,
    PromotionDiscount: discount / 100,
    TaxCost: Math.round((subtotal + shipping - discount) * 0.19) / 100,
    xp: { channel: random.pick(['web', 'app', 'sales']) },
  };
  addOrder(marketplace, order, lineItems);
  marketplace.orders.put(withTotals(marketplace, order));
}

/** An order that nobody has submitted yet: lists must not show it. */
export function addCart(marketplace: Marketplace, index: number, size: Size): void {
  const customer = index % size.customers;
  const order = newOrder(marketplace, `CART-${index + 1}`, customer, marketplace.clock.now());
  const line = newLineItem(marketplace, order, { id: '001', product: index % size.products, quantity: 1 });
  addOrder(marketplace, order, [line]);
  marketplace.orders.put(withTotals(marketplace, order));
}

function newOrder(marketplace: Marketplace, id: string, customer: number, createdAt: number): Thing {
  const buyerId = buyerOf(customer);
  const { number } = marketplace.world.customer(customer);
  const created = formatDate(createdAt);
  return {
    ...createObject(orderType, { ID: id, BillingAddressID: number, ShippingAddressID: number }),
    FromCompanyID: buyerId,
    FromUserID: number,
    ToCompanyID: marketplaceId,
    FromUser: usersOf(marketplace, buyerId).get(number) ?? null,
    BillingAddress: addressesOf(marketplace, buyerId).get(number) ?? null,
    Currency: 'EUR',
    DateCreated: created,
    LastUpdated: created,
  };
}

function newLineItem(
  marketplace: Marketplace,
  order: Thing,
  { id, product, quantity }: { readonly id: string; readonly product: number; readonly quantity: number },
): Thing {
  const { sku, price } = marketplace.world.product(product);
  const known = marketplace.products.get(sku);
  const subtotal = toCents(Number(price)) * quantity;
  return {
    ...createObject(lineItemType, { ID: id, ProductID: sku, Quantity: quantity, UnitPrice: Number(price) }),
    DateAdded: order['DateCreated'],
    LineSubtotal: subtotal / 100,
    LineTotal: subtotal / 100,
    PriceScheduleID: sku,
    Product: known === undefined ? null : summarize(known),
    ShippingAddressID: order['BillingAddressID'],
    ShippingAddress: order['BillingAddress'],
  };
}
