import { refuse, refuseDialog } from '../refusal.ts';
import type { Company } from './company.ts';
import { localCurrency } from './company.ts';
import type { Values } from './fields.ts';
import type { Row, Table } from './table.ts';

/** Customers and items: one record each, identified by a number that is unique. */
export function createCard(company: Company, table: Table, values: Values): Row {
  const number = values['number'] || (table === company.customers ? company.takeNumber('C') : '');
  if (number === '')
    refuse(400, 'Application_FieldValidationException', `No. must have a value in ${table.type.table}.`);
  checkUnique(table, String(number), undefined);
  return company.insert(table, { ...defaultsFor(company, table), ...values, number });
}

export function changeCard(company: Company, table: Table, row: Row, values: Values): Row {
  if (values['number'] !== undefined) checkUnique(table, String(values['number']), row);
  company.change(table, row, values);
  return row;
}

export function deleteCard(company: Company, table: Table, row: Row): void {
  if (isInUse(company, table, row)) {
    refuseDialog(
      `You cannot delete ${table.type.table} ${row.values['number']} because there is at least one outstanding Sales Order that includes it.`,
    );
  }
  table.remove(row);
}

function defaultsFor(company: Company, table: Table): Values {
  return table === company.customers ? { currencyCode: localCurrency } : { baseUnitOfMeasureCode: 'PCS' };
}

function checkUnique(table: Table, number: string, self: Row | undefined): void {
  const taken = table.lookup('number', number)?.some((row) => row !== self);
  if (!taken) return;
  refuse(
    400,
    'Internal_EntityWithSameKeyExists',
    `The record in table ${table.type.table} already exists. Identification fields and values: No.='${number}'`,
  );
}

function isInUse(company: Company, table: Table, row: Row): boolean {
  const number = row.values['number'] ?? '';
  if (table === company.customers) return company.salesOrders.lookup('customerNumber', number)?.length !== 0;
  for (const line of company.salesOrderLines.rows()) if (line.values['itemId'] === row.id) return true;
  return false;
}
