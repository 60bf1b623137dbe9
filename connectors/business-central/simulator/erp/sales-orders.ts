import { refuse, refuseDialog } from '../refusal.ts';
import { checkBody } from './check-body.ts';
import { type Company, localCurrency } from './company.ts';
import { compare, minus } from './decimal.ts';
import { orderType } from './entity-types.ts';
import { emptyGuid, type Values } from './fields.ts';
import { computeTotals } from './order-amounts.ts';
import { insertLines, linesOf, prepareLine, recalculate } from './order-lines.ts';
import type { Row } from './table.ts';

const nestedLines = 'salesOrderLines';

/** Header and lines in one request (deep insert): all of it or none of it. */
export function createOrder(company: Company, body: unknown): Row {
  const values = checkBody(orderType, body, [nestedLines]);
  const customer = findCustomer(company, values);
  const lines = nestedBodies(body).map((line, at) => prepareLine(company, line, at + 1));
  const totals = computeTotals(lines, String(values['discountAmount'] ?? '0'));
  const order = company.insert(company.salesOrders, {
    currencyCode: localCurrency,
    orderDate: today(company),
    postingDate: today(company),
    ...customerDefaults(customer),
    ...values,
    ...customerOf(customer),
    ...totals.header,
    number: company.takeNumber('S-ORD'),
  });
  insertLines(
    company,
    order,
    lines.map((line, at) => ({ ...line, ...totals.lines[at] })),
  );
  return order;
}

/** Header fields only: "Known limitations with OData" — deep patching is not supported. */
export function changeOrder(company: Company, order: Row, body: unknown): Row {
  if (isObject(body) && body[nestedLines] !== undefined) {
    refuse(400, 'BadRequest', 'Deep patch is not supported: change the lines at salesOrderLines.');
  }
  const values = checkBody(orderType, body, []);
  const moved = values['customerNumber'] !== undefined || values['customerId'] !== undefined;
  const customer = moved ? customerOf(findCustomer(company, values)) : {};
  recalculate(company, order, { ...values, ...customer });
  return order;
}

export function deleteOrder(company: Company, order: Row): void {
  for (const line of linesOf(company, order)) company.salesOrderLines.remove(line);
  company.salesOrders.remove(order);
}

/**
 * Posts the order: it leaves `salesOrders`, the stock goes down. The item rows keep their ETag and modification
 * time, because `inventory` is summed up from the item ledger and is no field of the item.
 */
export function shipAndInvoice(company: Company, order: Row): void {
  const lines = linesOf(company, order);
  if (lines.every((line) => compare(String(line.values['quantity']), '0') === 0)) {
    refuseDialog('There is nothing to post.');
  }
  for (const { values } of lines) {
    const item = company.items.get(String(values['itemId']));
    if (item === undefined) continue;
    item.values['inventory'] = minus(String(item.values['inventory']), String(values['quantity']));
  }
  deleteOrder(company, order);
}

function findCustomer(company: Company, values: Values): Row {
  const id = String(values['customerId'] ?? emptyGuid);
  const number = String(values['customerNumber'] ?? '');
  if (id === emptyGuid && number === '') {
    refuseDialog('A "customerNumber" or a "customerId" must be provided.');
  }
  const customer =
    id === emptyGuid ? company.customers.lookup('number', number)?.[0] : company.customers.get(id);
  if (customer === undefined) return refuseDialog('The sell-to customer cannot be found.');
  const blocked = customer.values['blocked'];
  if (blocked !== ' ') {
    refuseDialog(
      `You cannot create this type of document when Customer ${customer.values['number']} is blocked with type ${blocked}.`,
    );
  }
  return customer;
}

function customerOf({ id, values }: Row): Values {
  const number = values['number'] ?? '';
  return {
    customerId: id,
    customerNumber: number,
    customerName: values['displayName'] ?? '',
    billToName: values['displayName'] ?? '',
    billToCustomerId: id,
    billToCustomerNumber: number,
    billToAddressLine1: values['addressLine1'] ?? '',
    billToAddressLine2: values['addressLine2'] ?? '',
    billToCity: values['city'] ?? '',
    billToCountry: values['country'] ?? '',
    billToState: values['state'] ?? '',
    billToPostCode: values['postalCode'] ?? '',
  };
}

/** What the order takes over from the customer unless the request says otherwise. */
function customerDefaults({ values }: Row): Values {
  const defaults: Values = {
    shipToName: values['displayName'] ?? '',
    phoneNumber: values['phoneNumber'] ?? '',
    email: values['email'] ?? '',
    currencyCode: values['currencyCode'] || localCurrency,
  };
  for (const prefix of ['sellTo', 'shipTo']) {
    for (const part of ['AddressLine1', 'AddressLine2', 'City', 'State', 'Country']) {
      defaults[`${prefix}${part}`] = values[part.charAt(0).toLowerCase() + part.slice(1)] ?? '';
    }
    defaults[`${prefix}PostCode`] = values['postalCode'] ?? '';
  }
  return defaults;
}

function nestedBodies(body: unknown): readonly unknown[] {
  const lines = isObject(body) ? (body[nestedLines] ?? []) : [];
  return Array.isArray(lines) ? lines : refuse(400, 'BadRequest', `'${nestedLines}' must be an array.`);
}

function today(company: Company): string {
  return company.now().slice(0, 10);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
