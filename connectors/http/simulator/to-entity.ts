import type { Customer } from '../../../src/contract/generated/customer.ts';
import type { Order } from '../../../src/contract/generated/order.ts';
import type { Price } from '../../../src/contract/generated/price.ts';
import type { Stock } from '../../../src/contract/generated/stock.ts';
import type { World, WorldCustomer, WorldProduct } from '../../../src/simulator/world.ts';

const currency = 'EUR';

export function toStock({ sku, stock }: WorldProduct): Stock {
  return { sku, quantityAvailable: String(stock) };
}

export function toPrice({ sku, price }: WorldProduct): Price {
  return { sku, price: { amount: price, currency } };
}

export function toCustomer(customer: WorldCustomer): Customer {
  const { number, firstName, lastName, company, email, phone } = customer;
  return {
    number,
    type: 'company',
    name: company,
    company,
    firstName,
    lastName,
    ...(email !== undefined && { email }),
    phone,
    addresses: [{ use: 'billing', primary: true, ...toAddress(customer) }],
    currency,
    active: true,
  };
}

export function toOrder(
  world: World,
  index: number,
  size: { readonly customers: number; readonly products: number },
): Order {
  const order = world.order(index, size);
  const customer = world.customer(order.customer);
  const lines = order.lines.map(({ product, quantity }, nth) => {
    const { sku, name, price } = world.product(product);
    return {
      number: String(nth + 1),
      sku,
      description: name,
      quantity: String(quantity),
      unitPrice: { amount: price, currency },
      total: { amount: fromCents(toCents(price) * quantity), currency },
    };
  });
  const total = lines.reduce((sum, line) => sum + toCents(line.total.amount), 0);
  const [first, ...others] = lines;
  if (first === undefined) throw new Error(`order ${order.number} has no lines`);
  return {
    number: order.number,
    status: 'open',
    placedAt: new Date(Date.UTC(2026, 0, 2, 8, index * 7)).toISOString(),
    currency,
    taxIncluded: false,
    customer: {
      number: customer.number,
      name: customer.company,
      ...(customer.email !== undefined && { email: customer.email }),
    },
    shipTo: toAddress(customer),
    lines: [first, ...others],
    total: { amount: fromCents(total), currency },
  };
}

function toAddress({ company, street, postalCode, city, country }: WorldCustomer) {
  return { name: company, line1: street, postalCode, city, country };
}

function toCents(amount: string): number {
  return Math.round(Number(amount) * 100);
}

function fromCents(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
