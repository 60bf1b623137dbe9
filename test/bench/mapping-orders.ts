import { Decimal } from 'decimal.js';

/** What `mapping.ts` maps: orders of five lines, and the same mapping as a flow says it and by hand. */
export type Run = (order: Order) => unknown;

type Address = Readonly<Record<'name' | 'street' | 'zip' | 'city' | 'country', string>>;

export interface Order {
  readonly number: string;
  readonly status: string;
  readonly placedAt: string;
  readonly currency: string;
  readonly customer: Readonly<Record<'number' | 'email' | 'firstName' | 'lastName', string>>;
  readonly billTo: Address;
  readonly shipTo: Address;
  readonly shipping: { readonly method: string; readonly price: string };
  readonly payment: Readonly<Record<'method' | 'reference' | 'status', string>>;
  readonly notes?: string;
  readonly lines: readonly Line[];
}

interface Line {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: string;
  readonly taxRate: number;
  readonly unit: string;
  readonly ean: string;
  readonly options?: readonly string[];
}

export function createOrder(nth: number): Order {
  const address = (kind: string): Address => ({
    name: `Jo Doe ${kind} ${nth}`,
    street: `${nth % 90} Station Road`,
    zip: String(10_000 + nth),
    city: 'Springfield',
    country: nth % 3 === 0 ? 'DE' : 'FR',
  });
  return {
    number: `WEB-${100_000 + nth}`,
    status: nth % 10 === 0 ? 'cancelled' : 'open',
    placedAt: `2026-11-${String(1 + (nth % 28)).padStart(2, '0')}T10:15:00Z`,
    currency: 'EUR',
    customer: {
      number: `C-${nth % 700}`,
      email: ` Jo.Doe.${nth}@Example.ORG `,
      firstName: 'Jo',
      lastName: 'Doe',
    },
    billTo: address('bill'),
    shipTo: address('ship'),
    shipping: { method: 'standard', price: '4.90' },
    payment: { method: 'invoice', reference: `P-${900_000 + nth}`, status: 'authorised' },
    ...(nth % 4 === 0 && { notes: 'Please leave at the door' }),
    lines: Array.from({ length: 5 }, (_, index) => createLine(nth * 5 + index)),
  };
}

function createLine(nth: number): Line {
  return {
    sku: `SKU-${nth % 997}`,
    name: `Article number ${nth % 997} in a colour of its own`,
    quantity: 1 + (nth % 4),
    price: `${10 + (nth % 90)}.${String(nth % 100).padStart(2, '0')}`,
    taxRate: nth % 5 === 0 ? 7 : 19,
    unit: 'piece',
    ean: String(4_000_000_000_000 + nth),
    ...(nth % 3 === 0 && { options: ['gift', 'fragile'] }),
  };
}

interface Mapping {
  readonly name: string;
  readonly map: Readonly<Record<string, unknown>>;
  readonly byHand: Run;
}

export const mappings: readonly Mapping[] = [
  {
    name: 'texts and paths',
    map: {
      externalNumber: 'number',
      orderDate: '$substring(placedAt, 0, 10)',
      currencyCode: 'currency',
      isOpen: 'status = "open"',
      priority: '$number(shipping.price) > 10 ? "high" : "normal"',
      comment: 'notes',
      customer: {
        number: 'customer.number',
        email: '$lowercase($trim(customer.email))',
        name: 'customer.firstName & " " & customer.lastName',
      },
      shipTo: { name: 'shipTo.name', street: 'shipTo.street', postalCode: 'shipTo.zip', city: 'shipTo.city' },
      country: 'shipTo.country != billTo.country ? billTo.country : shipTo.country',
      pieces: '$sum(lines.quantity)',
      skus: '$join(lines.sku, ",")',
      lines: `lines.{ "itemNumber": sku, "description": name, "quantity": quantity, "unitPrice": price,
        "rate": $string(taxRate) & "%", "isReduced": taxRate < 10, "options": options }[]`,
    },
    byHand: mapTexts,
  },
  {
    name: 'amounts',
    map: {
      externalNumber: 'number',
      total: '$money($total(lines.($times(quantity, price))), currency)',
      shipping: '$decimal(shipping.price)',
      net: '$minus($total(lines.price), shipping.price)',
      lines: `lines.{ "itemNumber": sku, "quantity": $decimal(quantity), "unitPrice": $money(price, "EUR"),
        "total": $times(quantity, price), "tax": $rounded($times(price, taxRate / 100), 2) }[]`,
    },
    byHand: mapAmounts,
  },
  {
    name: 'variables and places',
    map: {
      externalNumber: 'number',
      city: '($german := [shipTo, billTo][country = "DE"][0]; $german ? $german.city : shipTo.city)',
      most: 'lines^(>quantity)[0].sku',
      gifts: `$join($map($filter(lines, function($line) { "gift" in $line.options }),
        function($line, $index) { $index & " " & $line.sku }), ", ")`,
      lines: `[lines#$index.{ "number": $string($index + 1), "itemNumber": sku,
        "total": $times(quantity, price) }]`,
    },
    byHand: mapPlaces,
  },
];

function mapTexts(order: Order): unknown {
  const { customer, shipTo, billTo, lines, notes } = order;
  return {
    externalNumber: order.number,
    orderDate: order.placedAt.slice(0, 10),
    currencyCode: order.currency,
    isOpen: order.status === 'open',
    priority: Number(order.shipping.price) > 10 ? 'high' : 'normal',
    ...(notes !== undefined && { comment: notes }),
    customer: {
      number: customer.number,
      email: customer.email.trim().replace(/\s+/g, ' ').toLowerCase(),
      name: `${customer.firstName} ${customer.lastName}`,
    },
    shipTo: { name: shipTo.name, street: shipTo.street, postalCode: shipTo.zip, city: shipTo.city },
    country: shipTo.country !== billTo.country ? billTo.country : shipTo.country,
    pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    skus: lines.map(({ sku }) => sku).join(','),
    lines: lines.map(({ sku, name, quantity, price, taxRate, options }) => ({
      itemNumber: sku,
      description: name,
      quantity,
      unitPrice: price,
      rate: `${taxRate}%`,
      isReduced: taxRate < 10,
      ...(options !== undefined && { options }),
    })),
  };
}

/** With the library that everybody takes for amounts. */
function mapAmounts(order: Order): unknown {
  const { number, lines, shipping } = order;
  const sum = (values: readonly Decimal[]) => values.reduce((all, each) => all.plus(each), new Decimal(0));
  const totals = lines.map(({ quantity, price }) => new Decimal(price).times(quantity));
  return {
    externalNumber: number,
    total: { amount: sum(totals).toFixed(2), currency: order.currency },
    shipping: shipping.price,
    net: sum(lines.map(({ price }) => new Decimal(price)))
      .minus(shipping.price)
      .toFixed(2),
    lines: lines.map(({ sku, quantity, price, taxRate }, index) => ({
      itemNumber: sku,
      quantity: String(quantity),
      unitPrice: { amount: price, currency: 'EUR' },
      total: totals[index]?.toFixed(2),
      tax: new Decimal(price).times(taxRate / 100).toFixed(2),
    })),
  };
}

function mapPlaces({ number, shipTo, billTo, lines }: Order): unknown {
  const german = [shipTo, billTo].find(({ country }) => country === 'DE');
  const [most] = lines.toSorted((a, b) => b.quantity - a.quantity);
  const gifts = lines.filter(({ options }) => options?.includes('gift'));
  return {
    externalNumber: number,
    city: (german ?? shipTo).city,
    most: most?.sku,
    ...(gifts.length > 0 && { gifts: gifts.map(({ sku }, index) => `${index} ${sku}`).join(', ') }),
    lines: lines.map(({ sku, quantity, price }, index) => ({
      number: String(index + 1),
      itemNumber: sku,
      total: new Decimal(price).times(quantity).toFixed(2),
    })),
  };
}
