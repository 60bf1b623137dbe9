import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A month of invoices of a shop as CSV, a row per line. The month of a real shop (UCI Machine Learning Repository,
 * Online Retail, December 2010), where it lies beside the checkout; elsewhere its counterpart made here, with as many
 * invoices, lines, cancellations and invoices without a customer, and the same oddities. Counterpart:
 * test/connectors/file/group-rows.test.ts reads both.
 */
export function retailMonth(): string {
  const real = join(import.meta.dirname, '../../../shared/data/online-retail/2010-12.csv');
  if (existsSync(real)) return real;
  const folder = mkdtempSync(join(tmpdir(), 'tradelane-month-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const made = join(folder, '2010-12.csv');
  writeFileSync(made, madeMonth());
  return made;
}

export const retailFigures = { invoices: 2_025, lines: 42_481, cancelled: 326, anonymous: 317, longest: 675 };

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const countries = ['United Kingdom', 'United Kingdom', 'EIRE', 'Channel Islands', 'Germany', 'Unspecified'];

/** Every sixth invoice or so is cancelled or has no customer; of these a few move goods for nothing. */
export function madeMonth(): string {
  const { invoices, lines, cancelled, anonymous, longest } = retailFigures;
  const perInvoice = Math.floor((lines - longest) / (invoices - 1));
  let spare = lines - longest - perInvoice * (invoices - 1);
  const rows = Array.from({ length: invoices }, (_, nth) => {
    const isLongest = nth === 1_000;
    const count = isLongest ? longest : perInvoice + (spare > 0 ? 1 : 0);
    if (!isLongest && spare > 0) spare -= 1;
    const isCancelled = nth % 6 === 1 && nth < cancelled * 6;
    const isAnonymous = nth % 6 === 3 && nth < anonymous * 6;
    return Array.from({ length: count }, (_line, at) => rowOf({ nth, at, isCancelled, isAnonymous }));
  });
  return `${[header, ...rows.flat()].join('\n')}\n`;
}

interface RowOf {
  readonly nth: number;
  readonly at: number;
  readonly isCancelled: boolean;
  readonly isAnonymous: boolean;
}

function rowOf({ nth, at, isCancelled, isAnonymous }: RowOf): string {
  const isMovement = isAnonymous && nth % 30 === 3;
  const code = at % 7 === 6 ? 'POST' : `${10_000 + ((nth * 31 + at) % 400)}${['', 'A', 'b', 'B'][at % 4]}`;
  const description = at % 5 === 4 ? '"SET OF 3, RED "' : ` LANTERN ${at % 9} `;
  const quantity = isCancelled || (isMovement && at % 2 === 1) ? -1 - (at % 3) : 1 + (at % 12);
  const price = isMovement ? '0.0' : ['2.55', '3.39', '0.85', '12.0', '4.95'][(nth + at) % 5];
  const day = String(1 + Math.floor(nth / 90)).padStart(2, '0');
  const customer = isAnonymous ? '' : `${13_000 + (nth % 300)}.0`;
  const number = `${isCancelled ? 'C' : ''}${536_365 + nth}`;
  const country = countries[(nth % 300) % countries.length];
  return [number, code, description, quantity, `2010-12-${day} 08:26:00`, price, customer, country].join(',');
}
