import { customerFlaw, orderFlaw, productFlaw } from './flaws.ts';
import { createRandom, deriveSeed, type Random } from './random.ts';
import {
  cities,
  companyEndings,
  companyNames,
  firstNames,
  lastNames,
  productKinds,
  productTraits,
  streets,
} from './words.ts';

/**
 * The business that all simulators of a demo speak of: whoever asks for product 17 with the same seed gets the
 * same product. Indexes start at 0. About one record in a hundred is wrong on purpose, see flaws.ts.
 */
export interface World {
  product(index: number): WorldProduct;
  customer(index: number): WorldCustomer;
  order(index: number, size: { readonly customers: number; readonly products: number }): WorldOrder;
}

export interface WorldProduct {
  /** 'TL-10001' for index 0. */
  readonly sku: string;
  readonly name: string;
  /** Decimal string with two digits, in EUR. */
  readonly price: string;
  readonly stock: number;
}

export interface WorldCustomer {
  /** 'C10001' for index 0. */
  readonly number: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  /** Unique; in a domain reserved for examples (RFC 2606). Absent for one flaw. */
  readonly email: string | undefined;
  readonly phone: string;
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2, but 'XX' for one flaw. */
  readonly country: string;
  readonly currency: 'EUR';
}

export interface WorldOrder {
  /** 'SO-100001' for index 0. */
  readonly number: string;
  readonly customer: number;
  readonly lines: readonly { readonly product: number; readonly quantity: number }[];
}

export function createWorld(seed: number): World {
  const randomFor = (kind: string, index: number): Random => createRandom(deriveSeed(seed, kind, index));
  return {
    product: (index) => createProduct(index, randomFor('product', index)),
    customer: (index) => createCustomer(index, randomFor('customer', index)),
    order: (index, size) => createOrder(index, size, randomFor('order', index)),
  };
}

function createProduct(index: number, random: Random): WorldProduct {
  const flaw = productFlaw(index);
  const cents = random.int(19, 4999) * 10 + (random.chance(0.5) ? 9 : 0);
  const price = flaw === 'zeroPrice' ? 0 : flaw === 'negativePrice' ? -cents : cents;
  return {
    sku: `TL-${10_001 + index}`,
    name: `${random.pick(productTraits)} ${random.pick(productKinds)} ${random.int(10, 99)}`,
    price: formatCents(price),
    stock: random.chance(0.05) ? 0 : random.int(1, 500),
  };
}

function createCustomer(index: number, random: Random): WorldCustomer {
  const flaw = customerFlaw(index);
  const number = `C${10_001 + index}`;
  const firstName = random.pick(firstNames);
  const lastName = random.pick(lastNames);
  const home = random.pick(cities);
  const mailbox = `${firstName}.${lastName}.${number}`.toLowerCase();
  return {
    number,
    firstName,
    lastName,
    company: `${random.pick(companyNames)} ${random.pick(companyEndings)}`,
    email: flaw === 'withoutEmail' ? undefined : `${mailbox}@${random.pick(['example.com', 'example.org'])}`,
    phone: `${home.dial} 555 ${random.int(1000, 9999)}`,
    street: `${random.pick(streets)} ${random.int(1, 180)}`,
    city: home.city,
    postalCode: home.postalCode,
    country: flaw === 'countryXX' ? 'XX' : home.country,
    currency: 'EUR',
  };
}

function createOrder(
  index: number,
  size: { customers: number; products: number },
  random: Random,
): WorldOrder {
  const flaw = orderFlaw(index);
  const strangers = flaw === 'unknownCustomer' ? 'unknownToErp' : undefined;
  const customer = findIndex(random, size.customers, (candidate) => customerFlaw(candidate) === strangers);
  const lines = Array.from({ length: random.int(1, 5) }, (_, line) => {
    const wanted = flaw === 'blockedProduct' && line === 0 ? 'blockedInErp' : undefined;
    return {
      product: findIndex(random, size.products, (candidate) => productFlaw(candidate) === wanted),
      quantity: random.int(1, 12),
    };
  });
  return { number: `SO-${100_001 + index}`, customer, lines };
}

/** The first index from a random place on that fits; that place itself where none does (a world too small for the flaw). */
function findIndex(random: Random, count: number, fits: (index: number) => boolean): number {
  const start = random.int(0, count - 1);
  for (let step = 0; step < count; step += 1) {
    const index = (start + step) % count;
    if (fits(index)) return index;
  }
  return start;
}

function formatCents(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
