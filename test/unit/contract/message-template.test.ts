import { describe, expect, it } from 'vitest';
import { toMessageTemplate } from '../../../src/contract/cause/message-template.ts';

const order = {
  number: 'SO-100162',
  customer: { name: 'Tessa Lang', email: 'tessa.lang@example.org', country: 'Germany', group: 'open' },
  lines: [
    { sku: 'CHAIR-OAK', text: 'oak chair', quantity: 2 },
    { sku: 'TISCH', quantity: 40 },
  ],
  currency: 'EUR',
  code: 'DE',
};
const of = (message: string) => toMessageTemplate(message, { key: order.number, record: order });

describe('what is of one record only becomes a gap', () => {
  it.each([
    // Business Central
    [
      "erp: POST /salesOrders answered 400: Blocked must be equal to 'No' in Item: No.=CHAIR-OAK. Current value is 'Yes'.",
      "erp: POST /salesOrders answered 400: Blocked must be equal to '…' in Item: No.=…. Current value is '…'.",
    ],
    [
      'erp: PATCH /salesOrders(7d5e1b5e-1f2a-4c3d-9b8a-0123456789ab) answered 409: the record was changed',
      'erp: PATCH /salesOrders(…) answered 409: the record was changed',
    ],
    [
      'erp: POST /salesOrders answered 400: Der Debitor „Tessa Lang“ ist seit 29.11.2026 12:30:00 gesperrt, Saldo 1.234,56 EUR.',
      'erp: POST /salesOrders answered 400: Der Debitor „…“ ist seit … gesperrt, Saldo ….',
    ],
    [
      'erp: POST /customers answered 400: Der Artikel TISCH ist gesperrt',
      'erp: POST /customers answered 400: Der Artikel … ist gesperrt',
    ],
    // HubSpot
    [
      'crm: POST /crm/v3/objects/contacts answered 409: Contact already exists. Existing ID: 4711',
      'crm: POST /crm/…/objects/contacts answered 409: Contact already exists. Existing ID: …',
    ],
    [
      'Property values were not valid: [{"isValid":false,"message":"Email address tessa.lang@example.org is invalid","error":"INVALID_EMAIL","name":"email"}]',
      'Property values were not valid: [{"isValid":false,"message":"Email address … is invalid","error":"INVALID_EMAIL","name":"email"}]',
    ],
    // OrderCloud
    [
      'commerce: PUT /products/TISCH answered 404: Object not found: "Product" "TISCH"',
      'commerce: PUT /products/… answered 404: Object not found: "…"',
    ],
    // What a flow says itself
    ['Country Germany is not known', 'Country … is not known'],
    ['Germany is not known to the ERP', '… is not known to the ERP'],
    ['order status open must be closed', 'order status open must be closed'],
    ['oak chair cannot be sent to DE', '… cannot be sent to …'],
    // Schemas
    [
      'customer (schemas/customer.schema.json): `addresses[0].country` must be an ISO 3166 code, got "Germany"; `addresses[1].country` must be an ISO 3166 code, got "Österreich"',
      'customer (schemas/customer.schema.json): `addresses[].country` must be an ISO 3166 code, got "…"',
    ],
    [
      'payload for salesOrders: `prices["C-17"].amount` must be a number, got "on request"; `lines[12].sku` is missing',
      'payload for salesOrders: `prices["…"].amount` must be a number, got "…"; `lines[].sku` is missing',
    ],
    ['`no` must be at most 20 characters long, got 41', '`no` must be at most … characters long, got …'],
    // Quotes and lists
    [
      "can't be sent: the customer's e-mail x.y+z@sub.example.de bounces",
      "can't be sent: the customer's e-mail … bounces",
    ],
    ['must be one of "a", "b", "c" or "d"', 'must be one of "…"'],
    ['»Tessa« oder «Anna»: 12 von 14', '»…« oder «…»: … von …'],
    ['see https://erp.example/orders/17?x=1 for more', 'see … for more'],
    ['"a \\"quoted\\" text" is wrong', '"…" is wrong'],
    ['a text without values', 'a text without values'],
    ['', ''],
  ])('%s', (message, template) => {
    expect(of(message).text).toBe(template);
  });

  it('tells two records of one cause alike, and two causes apart', () => {
    const first = toMessageTemplate('Item LAMP is blocked', { record: { sku: 'LAMP' } });
    const second = toMessageTemplate('Item Table is blocked', { record: { sku: 'Table' } });
    expect(first.text).toBe(second.text);
    expect(of('Item LAMP is blocked').text).not.toBe(of('Item LAMP is not there').text);
  });
});

it('says what stood in the gaps, but for the key of the record', () => {
  const message =
    '$lookup: the table "countries" has no row for "Germany" of SO-100162 (flows/orders.yaml:14:9); hint: add the row';
  const about = { key: 'SO-100162', names: ['countries'], at: 'flows/orders.yaml:14:9' };
  expect(toMessageTemplate(message, about)).toEqual({
    text: '$lookup: the table "countries" has no row for "…" of …; hint: add the row',
    values: ['Germany'],
  });
});

it('comes to an end soon, and to little, with any text', () => {
  const long = [
    'a-'.repeat(5_000),
    '"'.repeat(9_999),
    "'a ".repeat(3_000),
    '1,'.repeat(5_000),
    'a@'.repeat(5_000),
  ];
  for (const text of [...long, '`'.repeat(9_999), '"a":"'.repeat(2_000), '\u2028\ud800'.repeat(5_000)]) {
    const { text: template, values } = toMessageTemplate(text, { record: { deep: long } });
    expect(template.length).toBeLessThanOrEqual(500);
    expect(values.length).toBeLessThanOrEqual(8);
    expect(values.every((value) => value.length <= 60)).toBe(true);
  }
});
