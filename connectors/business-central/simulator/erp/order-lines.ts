import { refuse, refuseDialog, refuseRelation } from '../refusal.ts';
import { checkBody } from './check-body.ts';
import type { Company } from './company.ts';
import { lineType } from './entity-types.ts';
import { emptyGuid, type Values } from './fields.ts';
import { computeLine, computeTotals } from './order-amounts.ts';
import { accounts } from './related-codes.ts';
import type { Row } from './table.ts';

/** Lines of one order by their sequence, as the ERP numbers them: 10000, 20000, … */
export function linesOf(company: Company, order: Row): Row[] {
  const lines = company.salesOrderLines.lookup('documentId', order.id) ?? [];
  return [...lines].sort((a, b) => Number(a.values['sequence']) - Number(b.values['sequence']));
}

/** A body → the values of a new line, checked and computed, not yet stored. */
export function prepareLine(company: Company, body: unknown, place: number): Values {
  const values = checkBody(lineType, body, []);
  const subject = resolveSubject(company, values);
  const line = { lineType: 'Item', ...subject, ...values, ...identityOf(subject, values) };
  return { ...line, ...computeLine(line), sequence: values['sequence'] || place * 10_000 };
}

export function insertLines(company: Company, order: Row, lines: readonly Values[]): Row[] {
  return lines.map((line) => company.insert(company.salesOrderLines, { ...line, documentId: order.id }));
}

export function changeLine(company: Company, line: Row, body: unknown): Row {
  const values = checkBody(lineType, body, []);
  for (const fixed of ['sequence', 'documentId', 'lineObjectNumber']) {
    if (values[fixed] === undefined || values[fixed] === line.values[fixed]) continue;
    refuseDialog(`The value for ${fixed} cannot be modified. Delete the line and insert it again.`);
  }
  const percent: Values = values['discountAmount'] === undefined ? {} : { discountPercent: '0' };
  const merged = { ...line.values, ...percent, ...values };
  company.change(company.salesOrderLines, line, { ...percent, ...values, ...computeLine(merged) });
  return line;
}

/** Amounts of the whole order anew. The header changes with its lines: a new ETag, a new modification time. */
export function recalculate(company: Company, order: Row, headerValues: Values): void {
  const lines = linesOf(company, order);
  const discount = String(headerValues['discountAmount'] ?? order.values['discountAmount'] ?? '0');
  const totals = computeTotals(
    lines.map((line) => line.values),
    discount,
  );
  for (const [at, line] of lines.entries()) Object.assign(line.values, totals.lines[at]);
  company.change(company.salesOrders, order, { ...headerValues, ...totals.header });
}

/** What the line sells: the item or account that it names gives text, unit and price. */
function resolveSubject(company: Company, values: Values): Values {
  const type = values['lineType'] ?? 'Item';
  const number = String(values['lineObjectNumber'] ?? '');
  const itemId = String(values['itemId'] ?? emptyGuid);
  if (type === 'Comment') return {};
  if (type !== 'Item') return accountSubject(String(type), number);
  if (itemId !== emptyGuid) return itemSubject(company.items.get(itemId), itemId, values);
  return number === '' ? {} : itemSubject(company.items.lookup('number', number)?.[0], number, values);
}

function accountSubject(type: string, number: string): Values {
  const description = type === 'Account' ? accounts.get(number) : undefined;
  if (description !== undefined) return { lineObjectNumber: number, description };
  return refuseRelation('No.', 'Sales Line', number, type === 'Account' ? 'G/L Account' : type);
}

function itemSubject(item: Row | undefined, named: string, values: Values): Values {
  if (item === undefined) return refuseRelation('No.', 'Sales Line', named, 'Item');
  if (item.values['blocked'] === true) {
    refuse(
      400,
      'Application_FieldValidationException',
      `Blocked must be equal to 'No' in Item: No.=${item.values['number']}. Current value is 'Yes'.`,
    );
  }
  const unit = String(item.values['baseUnitOfMeasureCode']);
  const wanted = String(values['unitOfMeasureCode'] ?? '');
  if (wanted !== '' && wanted !== unit) {
    refuseRelation('Unit of Measure Code', 'Sales Line', wanted, 'Item Unit of Measure');
  }
  return {
    itemId: item.id,
    lineObjectNumber: item.values['number'] ?? '',
    description: item.values['displayName'] ?? '',
    unitOfMeasureCode: unit,
    unitPrice: item.values['unitPrice'] ?? '0',
  };
}

/** The item that was found decides over what the client wrote in the other of the two fields. */
function identityOf(subject: Values, values: Values): Values {
  const number = subject['lineObjectNumber'] ?? values['lineObjectNumber'] ?? '';
  return { itemId: subject['itemId'] ?? emptyGuid, lineObjectNumber: number };
}
