import { type Erp, startErp } from '../../connectors/business-central/erp.ts';
import { type Invoice, type InvoiceLine, toPence } from './invoice-file.ts';

export interface ErpOrder {
  readonly customer: string;
  readonly currency: string;
  readonly country: string;
  readonly date: string;
  readonly lines: readonly InvoiceLine[];
}

/** An ERP that knows the shop's customers, and an item for each of its codes, through its own API. */
export async function startRetailErp(invoices: readonly Invoice[]): Promise<Erp> {
  const erp = await startErp({ items: 0, customers: 0 });
  const customers = new Set(invoices.flatMap(({ customer }) => (customer === '' ? [] : [customer])));
  await post(erp, 'customers', [...customers].map(toCustomer));
  await post(erp, 'items', toItems(invoices));
  return erp;
}

export async function addCustomer(erp: Erp, number: string): Promise<void> {
  await post(erp, 'customers', [toCustomer(number)]);
}

/** All sales orders with their lines, by the shop's number. */
export async function readOrders(erp: Erp): Promise<ReadonlyMap<string, ErpOrder>> {
  const orders = new Map<string, ErpOrder>();
  let page: string | undefined = '/salesOrders?$expand=salesOrderLines';
  while (page !== undefined) {
    const { status, body } = await erp.call('GET', page, undefined, { prefer: 'odata.maxpagesize=500' });
    if (status !== 200) throw new Error(`the ERP answers ${status}`);
    for (const order of body.value) {
      const number = order.externalDocumentNumber as string;
      if (orders.has(number)) throw new Error(`the ERP has order ${number} twice`);
      orders.set(number, toOrder(order));
    }
    page = body['@odata.nextLink'];
  }
  return orders;
}

// biome-ignore lint/suspicious/noExplicitAny: a body of the vendor's
function toOrder(order: any): ErpOrder {
  return {
    customer: order.customerNumber,
    currency: order.currencyCode,
    country: order.sellToCountry,
    date: order.orderDate,
    // biome-ignore lint/suspicious/noExplicitAny: a body of the vendor's
    lines: order.salesOrderLines.map((line: any) => ({
      code: line.lineObjectNumber,
      description: line.description,
      quantity: BigInt(line.quantity),
      price: toPence(String(line.unitPrice)),
    })),
  };
}

function toCustomer(number: string): object {
  return { number, displayName: `Customer ${number}`, currencyCode: 'GBP', country: 'GB' };
}

/** Item numbers are in capitals: the shop's 85123a and 85123A are one item. */
function toItems(invoices: readonly Invoice[]): readonly object[] {
  const names = new Map<string, string>();
  for (const { code, description } of invoices.flatMap(({ lines }) => lines)) {
    const number = code.toUpperCase();
    names.set(number, names.get(number) || description);
  }
  return [...names].map(([number, name]) => ({
    number,
    displayName: name || number,
    type: /^\d/.test(number) ? 'Inventory' : 'Service',
    // Not the price of any line: an order that takes it over would not add up.
    unitPrice: 999.99,
  }));
}

/** In batches of 100, the vendor's limit. */
async function post(erp: Erp, set: string, bodies: readonly object[]): Promise<void> {
  const api = String(erp.simulator.config['baseUrl']);
  const url = `companies(${erp.simulator.config['company']})/${set}`;
  for (let from = 0; from < bodies.length; from += 100) {
    const requests = bodies.slice(from, from + 100).map((body, at) => ({
      id: String(at),
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body,
    }));
    const { body } = await erp.call('POST', `${api}/$batch`, { requests });
    const refused = body.responses?.find(({ status }: { status: number }) => status !== 201);
    if (!body.responses || refused)
      throw new Error(`the ERP refuses ${set}: ${JSON.stringify(refused ?? body)}`);
  }
}
