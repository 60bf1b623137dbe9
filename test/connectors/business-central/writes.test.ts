import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock, type Erp, filtered, line, startErp } from './erp.ts';

const clock = createClock('2026-11-20T08:00:00Z');
let erp: Erp;

beforeAll(async () => {
  erp = await startErp({}, clock);
});

afterAll(() => erp.close());

function createOrder(changes: Record<string, unknown> = {}) {
  return erp.call('POST', '/salesOrders?$expand=salesOrderLines', { customerNumber: 'C10001', ...changes });
}

describe('a new sales order', () => {
  it('is stored with its lines, its amounts computed to the cent', async () => {
    const { status, body, headers } = await createOrder({
      externalDocumentNumber: 'web-100',
      discountAmount: 0.1,
      salesOrderLines: [line('TL-10001', 3, 0.1), { ...line('TL-10002', 1, 1.005), discountPercent: 10 }],
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${erp.company}/salesOrders(${body.id})`);
    expect(body).toMatchObject({
      externalDocumentNumber: 'WEB-100',
      currencyCode: 'EUR',
      status: 'Draft',
      totalAmountExcludingTax: 1.11,
      totalTaxAmount: 0.21,
      totalAmountIncludingTax: 1.32,
      lastModifiedDateTime: '2026-11-20T08:00:00.000Z',
    });
    expect(body.salesOrderLines).toMatchObject([
      { sequence: 10000, amountExcludingTax: 0.3, invoiceDiscountAllocation: 0.02, netAmount: 0.28 },
      { sequence: 20000, discountAmount: 0.1, amountExcludingTax: 0.91, netAmount: 0.83 },
    ]);
  });

  it('takes address, text and price from the customer and the item where the request is silent', async () => {
    const item = (await erp.call('GET', filtered('items', "number eq 'TL-10004'"))).body.value[0];
    const { body } = await createOrder({ salesOrderLines: [{ lineObjectNumber: 'tl-10004', quantity: 1 }] });
    const customer = (await erp.call('GET', filtered('customers', "number eq 'C10001'"))).body.value[0];
    expect(body.shipToCity).toBe(customer.city);
    expect(body.sellToPostCode).toBe(customer.postalCode);
    expect(body.salesOrderLines[0]).toMatchObject({
      lineObjectNumber: 'TL-10004',
      itemId: item.id,
      description: item.displayName,
      unitPrice: item.unitPrice,
    });
  });

  it('may carry a charge as a line on an account', async () => {
    const freight = { lineType: 'Account', lineObjectNumber: '8450', quantity: 1, unitPrice: 4.9 };
    const { body } = await createOrder({ salesOrderLines: [line('TL-10001', 1, 10), freight] });
    expect(body.totalAmountExcludingTax).toBe(14.9);
    expect(body.salesOrderLines[1].description).toBe('Freight charged to customers');
  });

  it('may have an external document number that another one has: the ERP does not guard it', async () => {
    await createOrder({ externalDocumentNumber: 'TWICE' });
    expect((await createOrder({ externalDocumentNumber: 'TWICE' })).status).toBe(201);
    const found = await erp.call('GET', filtered('salesOrders', "externalDocumentNumber eq 'twice'"));
    expect(found.body.value).toHaveLength(2);
  });

  it.each([
    [{ customerNumber: '' }, 400, 'Application_DialogException'],
    [{ customerNumber: 'C99999' }, 400, 'Application_DialogException'],
    [{ externalDocumentNumber: 'x'.repeat(36) }, 400, 'Application_StringExceededLength'],
    [{ shipToName: 'x'.repeat(101) }, 400, 'Application_StringExceededLength'],
    [{ shipToCountry: 'XX' }, 400, 'Internal_InvalidTableRelation'],
    [{ currencyCode: 'XXX' }, 400, 'Internal_InvalidTableRelation'],
    [{ totalAmountIncludingTax: 5 }, 400, 'BadRequest_InvalidOperation'],
    [{ orderedAt: '2026-01-01' }, 400, 'BadRequest'],
    [{ orderDate: '20.11.2026' }, 400, 'BadRequest'],
    [{ salesOrderLines: [line('TL-99999', 1)] }, 400, 'Internal_InvalidTableRelation'],
    [{ salesOrderLines: [line('TL-10038', 1)] }, 400, 'Application_FieldValidationException'],
    [{ salesOrderLines: [{ ...line('TL-10001', 1), quantity: '1' }] }, 400, 'BadRequest'],
    [
      { salesOrderLines: [{ ...line('TL-10001', 1), unitOfMeasureCode: 'CRATE' }] },
      400,
      'Internal_InvalidTableRelation',
    ],
    [
      { salesOrderLines: [{ lineType: 'Account', lineObjectNumber: '1' }] },
      400,
      'Internal_InvalidTableRelation',
    ],
  ])('with %j is refused whole', async (changes, status, code) => {
    const before = erp.simulator.system.counts?.();
    const reply = await createOrder(changes);
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(erp.simulator.system.counts?.()).toEqual(before);
  });

  it('is refused in the words of the vendor where the body is no JSON', async () => {
    const headers = { authorization: `Bearer ${erp.token}`, 'content-type': 'application/json' };
    const response = await fetch(`${erp.company}/salesOrders`, { method: 'POST', headers, body: '{"a":' });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([400, 'BadRequest']);
  });
});

describe('changing', () => {
  it('demands the ETag of the record as it is now', async () => {
    const { body: order } = await createOrder();
    const path = `/salesOrders(${order.id})`;
    const change = (headers: Record<string, string>) =>
      erp.call('PATCH', path, { shipToCity: 'Gent' }, headers);
    const codes: unknown[] = [];
    for (const headers of [{}, { 'if-match': 'nonsense' }, { 'if-match': 'W/"stale"' }]) {
      const reply = await change(headers as Record<string, string>);
      codes.push([reply.status, reply.body.error.code]);
    }
    expect(codes).toEqual([
      [400, 'BadRequest_InvalidToken'],
      [400, 'BadRequest_InvalidToken'],
      [409, 'Request_EntityChanged'],
    ]);
    const changed = await change({ 'if-match': order['@odata.etag'] });
    expect([changed.status, changed.body.shipToCity]).toEqual([200, 'Gent']);
    expect(changed.body['@odata.etag']).not.toBe(order['@odata.etag']);
    expect((await change({ 'if-match': order['@odata.etag'] })).status).toBe(409);
    expect((await change({ 'if-match': '*' })).status).toBe(200);
    expect((await erp.call('DELETE', path)).status).toBe(400);
    expect((await erp.call('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(204);
    expect((await erp.call('GET', path)).status).toBe(404);
  });

  it('refuses lines in a PATCH of the header: there is no deep PATCH', async () => {
    const { body: order } = await createOrder();
    const lines = { salesOrderLines: [line('TL-10001', 1)] };
    const reply = await erp.call('PATCH', `/salesOrders(${order.id})`, lines, { 'if-match': '*' });
    expect([reply.status, reply.body.error.code]).toEqual([400, 'BadRequest']);
  });

  it('gives the order a new ETag and new totals when one of its lines changes', async () => {
    const { body: order } = await createOrder({ salesOrderLines: [line('TL-10001', 1, 10)] });
    clock.forward(1000);
    const path = `/salesOrders(${order.id})/salesOrderLines`;
    const added = await erp.call('POST', path, line('TL-10002', 2, 5));
    expect([added.status, added.body.sequence]).toEqual([201, 20000]);
    await erp.call('PATCH', `${path}(${added.body.id})`, { quantity: 3 }, { 'if-match': '*' });
    const [first] = (await erp.call('GET', path)).body.value;
    await erp.call('DELETE', `/salesOrderLines(${first.id})`, undefined, { 'if-match': '*' });
    const { body: now } = await erp.call('GET', `/salesOrders(${order.id})`);
    expect(now.totalAmountExcludingTax).toBe(15);
    expect(now['@odata.etag']).not.toBe(order['@odata.etag']);
    expect(now.lastModifiedDateTime > order.lastModifiedDateTime).toBe(true);
  });

  it('does not let sequence or item number of a line change', async () => {
    const { body: order } = await createOrder({ salesOrderLines: [line('TL-10001', 1)] });
    const id = order.salesOrderLines[0].id;
    for (const change of [{ sequence: 5 }, { lineObjectNumber: 'TL-10002' }]) {
      const reply = await erp.call('PATCH', `/salesOrderLines(${id})`, change, { 'if-match': '*' });
      expect([reply.status, reply.body.error.code]).toEqual([400, 'Application_DialogException']);
    }
  });
});

describe('customers and items', () => {
  it('refuses a number that is taken, and gives one where none was sent', async () => {
    const taken = await erp.call('POST', '/customers', { number: 'c10001', displayName: 'Elm Trading' });
    expect([taken.status, taken.body.error.code]).toEqual([400, 'Internal_EntityWithSameKeyExists']);
    const numbered = await erp.call('POST', '/customers', { displayName: 'Elm Trading' });
    expect(numbered.body).toMatchObject({ number: 'C00020', displayName: 'Elm Trading', type: 'Company' });
  });

  it('does not delete a customer with an open order', async () => {
    await createOrder({ customerNumber: 'C10003' });
    const [customer] = (await erp.call('GET', filtered('customers', "number eq 'C10003'"))).body.value;
    const reply = await erp.call('DELETE', `/customers(${customer.id})`, undefined, { 'if-match': '*' });
    expect([reply.status, reply.body.error.code]).toEqual([400, 'Application_DialogException']);
  });

  it('takes no order from a customer who is blocked', async () => {
    await erp.call('POST', '/customers', { number: 'BLOCKED', blocked: 'All' });
    const reply = await createOrder({ customerNumber: 'BLOCKED' });
    expect([reply.status, reply.body.error.code]).toEqual([400, 'Application_DialogException']);
  });
});

describe('business', () => {
  it('posts an order out of salesOrders; the stock falls, the item looks unmodified', async () => {
    const readItem = async () =>
      (await erp.call('GET', filtered('items', "number eq 'TL-10005'"))).body.value[0];
    const before = await readItem();
    const { body: order } = await createOrder({ salesOrderLines: [line('TL-10005', 2)] });
    const action = `/salesOrders(${order.id})/Microsoft.NAV.shipAndInvoice`;
    expect((await erp.call('POST', action)).status).toBe(204);
    expect((await erp.call('GET', `/salesOrders(${order.id})`)).status).toBe(404);
    expect(await readItem()).toEqual({ ...before, inventory: before.inventory - 2 });
  });

  it('moves prices when it advances, and with them the modification time', async () => {
    clock.forward(60_000);
    const since = new Date(clock.now()).toISOString();
    erp.simulator.system.advance?.();
    const { body } = await erp.call('GET', filtered('items', `lastModifiedDateTime ge ${since}`));
    expect(body.value.length).toBeGreaterThan(0);
    expect(body.value.length).toBeLessThanOrEqual(5);
  });

  it('notes every effect of a client, and no other', async () => {
    const from = erp.simulator.effects.entries().length;
    const { body } = await createOrder({ externalDocumentNumber: 'EFFECT-1' });
    await createOrder({ externalDocumentNumber: 'EFFECT-2', customerNumber: 'nobody' });
    await erp.call('PATCH', `/salesOrders(${body.id})`, { email: 'a@example.com' }, { 'if-match': '*' });
    erp.simulator.system.advance?.();
    const effects = erp.simulator.effects.entries().slice(from);
    expect(effects.map(({ resource, key, action }) => [resource, key, action])).toEqual([
      ['salesOrders', 'EFFECT-1', 'create'],
      ['salesOrders', 'EFFECT-1', 'update'],
    ]);
  });
});

describe('$batch', () => {
  const batch = (requests: unknown[], prefer?: string) =>
    erp.call(
      'POST',
      `${erp.simulator.config['baseUrl']}/$batch`,
      { requests },
      prefer === undefined ? {} : { prefer },
    );
  const part = (id: string, customerNumber: string) => ({
    id,
    method: 'POST',
    url: `companies(${erp.simulator.config['company']})/salesOrders`,
    headers: { 'Content-Type': 'application/json' },
    body: { customerNumber },
  });
  const statuses = (body: { responses: { id: string; status: number }[] }) =>
    body.responses.map(({ id, status }) => [id, status]);

  it('stops at the first failure, unless told to go on', async () => {
    const parts = [part('a', 'C10001'), part('b', 'nobody'), part('c', 'C10001')];
    const stopped = await batch(parts);
    expect([stopped.status, statuses(stopped.body)]).toEqual([
      200,
      [
        ['a', 201],
        ['b', 400],
      ],
    ]);
    const all = await batch(parts, 'odata.continue-on-error');
    expect(statuses(all.body)).toEqual([
      ['a', 201],
      ['b', 400],
      ['c', 201],
    ]);
    expect(all.body.responses[1].body.error.code).toBe('Application_DialogException');
  });

  it('takes 100 operations, not 101', async () => {
    const parts = Array.from({ length: 101 }, (_, at) => part(String(at), 'C10001'));
    expect((await batch(parts.slice(1))).body.responses).toHaveLength(100);
    expect((await batch(parts)).status).toBe(500);
  });
});
