/**
 * What is wrong on purpose with the shared world, so that a demo has errors to show and a test knows how many.
 * Each list repeats: `every` 400 products, the one at `offset` 37 (index 37, 437, 837, …) is blocked in the ERP.
 * Together that is one record in a hundred. A record has one flaw at most, and the seed has no say in it.
 */
export const flaws = {
  products: {
    every: 400,
    offsets: {
      /** The ERP has the item but refuses to sell it. */
      blockedInErp: 37,
      zeroPrice: 137,
      negativePrice: 237,
      /** Systems that carry stock as text say 'n/a' for this one; `product(i).stock` itself stays a number. */
      nonNumericStock: 337,
    },
  },
  customers: {
    every: 300,
    offsets: {
      withoutEmail: 23,
      /** `customer(i).country` is 'XX', which is no country. */
      countryXX: 123,
      /** The shop keeps this one apart (a guest), so the ERP never hears of it. */
      unknownToErp: 223,
    },
  },
  /** Orders without a flaw use only customers and products without one. */
  orders: {
    every: 200,
    offsets: {
      /** Placed by a customer who is `unknownToErp`. */
      unknownCustomer: 61,
      /** Its first line is for a product that is `blockedInErp`. */
      blockedProduct: 161,
    },
  },
} as const;

export type ProductFlaw = keyof typeof flaws.products.offsets;
export type CustomerFlaw = keyof typeof flaws.customers.offsets;
export type OrderFlaw = keyof typeof flaws.orders.offsets;

export function productFlaw(index: number): ProductFlaw | undefined {
  return flawAt(flaws.products, index);
}

export function customerFlaw(index: number): CustomerFlaw | undefined {
  return flawAt(flaws.customers, index);
}

export function orderFlaw(index: number): OrderFlaw | undefined {
  return flawAt(flaws.orders, index);
}

function flawAt<Name extends string>(
  { every, offsets }: { readonly every: number; readonly offsets: Readonly<Record<Name, number>> },
  index: number,
): Name | undefined {
  for (const name in offsets) if (offsets[name] === index % every) return name;
  return undefined;
}
