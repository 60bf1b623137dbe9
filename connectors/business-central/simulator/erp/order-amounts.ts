import { taxPercent } from './company.ts';
import { compare, dividedBy, minus, plus, rounded, times } from './decimal.ts';
import type { Values } from './fields.ts';

/**
 * The server computes every amount; a client's totals are never taken. Line amounts are rounded to cents, tax is
 * computed per line and added on top (prices exclude tax), and an invoice discount (`discountAmount` of the header)
 * is spread over the lines by their share, the last line taking what rounding left over.
 */
export function computeLine(line: Values): Values {
  const gross = rounded(times(decimalOf(line, 'quantity'), decimalOf(line, 'unitPrice')), 2);
  const discount = lineDiscount(line, gross);
  const amount = minus(gross, discount);
  const rate = line['lineType'] === 'Comment' ? '0' : taxPercent;
  const tax = percentOf(amount, rate);
  return {
    discountAmount: discount,
    amountExcludingTax: amount,
    taxPercent: rate,
    totalTaxAmount: tax,
    amountIncludingTax: plus(amount, tax),
  };
}

export interface OrderTotals {
  readonly header: Values;
  /** What each line gets, in the order of the lines. */
  readonly lines: readonly Values[];
}

export function computeTotals(lines: readonly Values[], invoiceDiscount: string): OrderTotals {
  const before = lines.reduce((sum, line) => plus(sum, decimalOf(line, 'amountExcludingTax')), '0');
  let left = invoiceDiscount;
  const shares = lines.map((line, at) => {
    const share = at === lines.length - 1 ? left : shareOf(line, invoiceDiscount, before);
    left = minus(left, share);
    return netLine(line, share);
  });
  const net = total(shares, 'netAmount');
  const tax = total(shares, 'netTaxAmount');
  return {
    header: {
      discountAmount: invoiceDiscount,
      totalAmountExcludingTax: net,
      totalTaxAmount: tax,
      totalAmountIncludingTax: plus(net, tax),
    },
    lines: shares,
  };
}

function shareOf(line: Values, discount: string, before: string): string {
  if (compare(before, '0') === 0) return '0';
  return dividedBy(times(discount, decimalOf(line, 'amountExcludingTax')), before, 2);
}

function netLine(line: Values, share: string): Values {
  const net = minus(decimalOf(line, 'amountExcludingTax'), share);
  const tax = percentOf(net, decimalOf(line, 'taxPercent'));
  return {
    invoiceDiscountAllocation: share,
    netAmount: net,
    netTaxAmount: tax,
    netAmountIncludingTax: plus(net, tax),
  };
}

function lineDiscount(line: Values, gross: string): string {
  const percent = decimalOf(line, 'discountPercent');
  return compare(percent, '0') === 0 ? decimalOf(line, 'discountAmount') : percentOf(gross, percent);
}

function percentOf(amount: string, percent: string): string {
  return dividedBy(times(amount, percent), '100', 2);
}

function total(lines: readonly Values[], field: string): string {
  return lines.reduce((sum, line) => plus(sum, decimalOf(line, field)), '0');
}

function decimalOf(values: Values, field: string): string {
  return String(values[field] ?? '0');
}
