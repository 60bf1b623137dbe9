import type { StagedRecord } from '../../../src/store/line/batches.ts';

/** Orders of about 1.5 kB with five lines: 90,000 customers, 5,000 articles. */
export function toOrder(nth: number): StagedRecord {
  const customer = scatter(nth) % customers;
  const number = orderNumber(nth);
  const lines = Array.from({ length: 5 }, (_none, line) => toLine(nth, line + 1));
  return {
    key: number,
    version: `v${nth}`,
    native: {
      number,
      status: nth % 7 === 0 ? 'partly shipped' : 'open',
      placedAt: new Date(Date.UTC(2026, 0, 1) + nth * 61_000).toISOString(),
      currency: 'EUR',
      customer: {
        number: `C-${customer}`,
        name: `Customer ${customer}`,
        email: emailOf(customer),
        language: 'de',
      },
      shipTo: {
        name: `Customer ${customer}`,
        street: `Long Street ${scatter(customer) % 300}`,
        postalCode: String(10_000 + (scatter(customer + 7) % 80_000)),
        city: `City ${customer % 2_000}`,
        country: 'DE',
      },
      lines,
      total: { amount: (nth % 900) + 0.95, currency: 'EUR' },
      note: `Please leave it with the neighbours, they are nearly always at home; bell ${nth % 40}, second floor, left`,
    },
  };
}

function toLine(nth: number, line: number) {
  const sku = skuOf(scatter(5 * nth + line) % articles);
  return {
    ...{
      line,
      sku,
      title: `Article ${sku} in its usual box, with all that belongs to it`,
      quantity: 1 + (nth % 3),
    },
    ...{ unitPrice: 10 + (nth % 90) / 100, taxRate: 0.19, warehouse: `W${(nth + line) % 9}` },
    ...{ gtin: String(4_000_000_000_000 + (scatter(nth + line) % articles)), isGift: false },
  };
}

/** A price of an article that no order has: four million of them, again and again. */
export function toPrice(nth: number): StagedRecord {
  const sku = `P-${String(nth % prices).padStart(8, '0')}`;
  return {
    key: sku,
    native: {
      sku,
      currency: 'EUR',
      amount: (scatter(nth) % 90_000) / 100,
      list: `list ${nth % 20}`,
      unit: 'piece',
    },
  };
}

export const orderNumber = (nth: number) => `SO-${String(nth).padStart(9, '0')}`;
export const targetIdOf = (nth: number) => `7${String(scatter(nth)).padStart(10, '0')}-${nth}`;
export const emailOf = (customer: number) => `Customer.${customer}@Example.com`;
export const skuOf = (article: number) => `SKU-${String(article).padStart(5, '0')}`;
export const customers = 90_000;
export const articles = 5_000;
const prices = 4_000_000;

/** Numbers beside each other come to lie far apart; the same each time. */
function scatter(value: number): number {
  return Math.imul(value + 1, 0x9e3779b1) >>> 0;
}
