import { customerFlaw } from '../../../src/simulator/flaws.ts';

export interface Size {
  readonly orders: number;
  readonly customers: number;
  readonly products: number;
}

/** The organization that owns products and price schedules and receives the orders. */
export const marketplaceId = 'tradelane-market';

/** The buyers there are: customers whom the ERP must not hear of sit in `guests`, every tenth one in `trade-accounts`. */
export const buyerIds = { shop: 'tradelane-shop', trade: 'trade-accounts', guests: 'guests' } as const;

/** The buyer that a customer of the shared world belongs to. */
export function buyerOf(customer: number): string {
  if (customerFlaw(customer) === 'unknownToErp') return buyerIds.guests;
  return customer % 10 === 9 ? buyerIds.trade : buyerIds.shop;
}
