import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { retailMonth } from '../../support/retail-month.ts';

export const invoiceFile = retailMonth();

export interface InvoiceLine {
  readonly code: string;
  readonly description: string;
  readonly quantity: bigint;
  /** Pence. */
  readonly price: bigint;
}

export interface Invoice {
  readonly number: string;
  /** As the ERP knows the customer; empty where the shop does not say. */
  readonly customer: string;
  /** English, as the shop writes it. */
  readonly country: string;
  /** `2010-12-01`. */
  readonly date: string;
  readonly lines: readonly InvoiceLine[];
}

type Row = Readonly<Record<(typeof columns)[number], string>>;

const columns = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

/** Reads the file with nothing of Tradelane: what a test expects must not come from what it tests. */
export function readInvoices(): readonly Invoice[] {
  const rows = parse(readFileSync(invoiceFile), {
    columns: [...columns],
    from_line: 2,
  }) as unknown as readonly Row[];
  return [...Map.groupBy(rows, (row) => row.InvoiceNo)].map(([number, some]) => ({
    number,
    customer: some[0]!.CustomerID.replace(/\.0$/, ''),
    country: some[0]!.Country,
    date: some[0]!.InvoiceDate.slice(0, 10),
    lines: some.map((row) => ({
      code: row.StockCode,
      description: row.Description.trim(),
      quantity: BigInt(row.Quantity),
      price: toPence(row.UnitPrice),
    })),
  }));
}

export function isCancellation({ number }: Invoice): boolean {
  return number.startsWith('C');
}

/** Booked without a customer and for nothing: goods found, damaged or sent elsewhere, no sale. */
export function isStockMovement(invoice: Invoice): boolean {
  return (
    !isCancellation(invoice) && invoice.customer === '' && invoice.lines.every(({ price }) => price === 0n)
  );
}

export function sumOf(lines: Iterable<Pick<InvoiceLine, 'quantity' | 'price'>>): bigint {
  let sum = 0n;
  for (const { quantity, price } of lines) sum += quantity * price;
  return sum;
}

/** `2.5` → 250n. Refuses what is no whole number of pence, instead of rounding it away. */
export function toPence(text: string): bigint {
  const [, whole, fraction = ''] = /^(-?\d+)(?:\.(\d{1,2}))?$/.exec(text) ?? [];
  if (whole === undefined) throw new Error(`no amount in pence: ${text}`);
  return BigInt(whole + fraction.padEnd(2, '0'));
}
