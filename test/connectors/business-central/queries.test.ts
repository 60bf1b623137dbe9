import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Erp, filtered, line, startErp } from './erp.ts';

let erp: Erp;

beforeAll(async () => {
  erp = await startErp();
  for (const number of ['web-1', 'web-2', 'web-3', "o'neil"]) {
    await erp.call('POST', '/salesOrders', {
      externalDocumentNumber: number,
      customerNumber: number === 'web-3' ? 'C10002' : 'C10001',
      salesOrderLines: [line('TL-10001', 2, 10)],
    });
  }
});

afterAll(() => erp.close());

describe('$filter', () => {
  it.each([
    ["externalDocumentNumber eq 'WEB-1'", ['WEB-1']],
    ["externalDocumentNumber eq 'web-1'", ['WEB-1']],
    ["externalDocumentNumber eq 'o''neil'", ["O'NEIL"]],
    ["externalDocumentNumber eq 'web-3' or externalDocumentNumber eq 'web-1'", ['WEB-1', 'WEB-3']],
    ["customerNumber eq 'C10001' and externalDocumentNumber ne 'WEB-2'", ['WEB-1', "O'NEIL"]],
    ["externalDocumentNumber ge 'WEB-2' and externalDocumentNumber lt 'WEB-9'", ['WEB-2', 'WEB-3']],
    ["(customerNumber eq 'C10002') and (totalAmountExcludingTax gt 19.99)", ['WEB-3']],
    ['totalAmountExcludingTax eq 20.0 and lastModifiedDateTime lt 2000-01-01T00:00:00Z', []],
    [
      "startswith(externalDocumentNumber,'web-') and contains(customerName, ' ')",
      ['WEB-1', 'WEB-2', 'WEB-3'],
    ],
    ["status eq 'Draft' and externalDocumentNumber eq 'WEB-1'", ['WEB-1']],
    ["externalDocumentNumber eq 'WEB-1' and salesOrderLines/any(l:l/quantity gt 5000)", ['WEB-1']],
  ])('finds by %s', async (filter, expected) => {
    const { status, body } = await erp.call('GET', filtered('salesOrders', filter));
    expect(status).toBe(200);
    expect(body.value.map((order: Record<string, unknown>) => order['externalDocumentNumber'])).toEqual(
      expected,
    );
  });

  it.each([
    ["number eq '1' or externalDocumentNumber eq '1'", 501, 'BadRequest_MethodNotImplemented'],
    ["number in ('1','2')", 501, 'BadRequest_MethodNotImplemented'],
    ["not (number eq '1')", 501, 'BadRequest_MethodNotImplemented'],
    ["nunber eq '1'", 400, 'BadRequest'],
    ["totalTaxAmount eq '1'", 400, 'BadRequest'],
    ["number eq '1' and", 400, 'BadRequest'],
    ["number eq 'open", 400, 'BadRequest'],
    [`externalDocumentNumber eq '${'x'.repeat(36)}'`, 400, 'Application_StringExceededLength'],
  ])('refuses %s', async (filter, status, code) => {
    const reply = await erp.call('GET', filtered('salesOrders', filter));
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
  });
});

describe('paging', () => {
  it('follows next links to every record once, in the order asked for', async () => {
    const prices: number[] = [];
    let next: string | undefined = '/items?$orderby=unitPrice desc&$select=number,unitPrice';
    while (next !== undefined) {
      const { body, headers } = await erp.call('GET', next, undefined, { prefer: 'odata.maxpagesize=25' });
      expect(headers.get('preference-applied')).toBe('odata.maxpagesize=25');
      expect(body.value.length).toBeLessThanOrEqual(25);
      prices.push(...body.value.map((item: { unitPrice: number }) => item.unitPrice));
      next = body['@odata.nextLink'];
    }
    expect(prices).toHaveLength(60);
    expect(prices).toEqual([...prices].sort((a, b) => b - a));
  });

  it('neither skips nor repeats a record when another one is deleted between two pages', async () => {
    const prefer = { prefer: 'odata.maxpagesize=2' };
    const first = await erp.call('GET', '/salesOrders', undefined, prefer);
    const extra = await erp.call('POST', '/salesOrders', { customerNumber: 'C10001' });
    await erp.call('DELETE', `/salesOrders(${extra.body.id})`, undefined, { 'if-match': '*' });
    const second = await erp.call('GET', first.body['@odata.nextLink'], undefined, prefer);
    const numbers = [...first.body.value, ...second.body.value].map((order) => order.externalDocumentNumber);
    expect(numbers).toEqual(['WEB-1', 'WEB-2', 'WEB-3', "O'NEIL"]);
    expect(second.body['@odata.nextLink']).toBeUndefined();
  });

  it('keeps $top over several pages, skips once, and counts', async () => {
    const prefer = { prefer: 'maxpagesize=4' };
    const first = await erp.call('GET', '/items?$top=6&$skip=10&$count=true', undefined, prefer);
    const second = await erp.call('GET', first.body['@odata.nextLink'], undefined, prefer);
    expect(first.body['@odata.count']).toBe(60);
    const numbers = [...first.body.value, ...second.body.value].map((item) => item.number);
    expect(numbers).toEqual(['TL-10011', 'TL-10012', 'TL-10013', 'TL-10014', 'TL-10015', 'TL-10016']);
    expect(second.body['@odata.nextLink']).toBeUndefined();
    expect((await erp.call('GET', '/items/$count')).body).toBe('60');
  });
});

describe('shape', () => {
  it('gives each record an ETag, selected fields only, and lines where they are asked for', async () => {
    const path = filtered(
      'salesOrders',
      "externalDocumentNumber eq 'WEB-1'",
      '&$select=number&$expand=salesOrderLines',
    );
    const [order] = (await erp.call('GET', path)).body.value;
    expect(Object.keys(order)).toEqual(['@odata.etag', 'number', 'salesOrderLines']);
    expect(order.salesOrderLines[0]).toMatchObject({ sequence: 10000, quantity: 2, unitPrice: 10 });
  });

  it.each([
    ['/salesOrderLines', 400, 'Application_DialogException'],
    ['/priceLists', 404, 'BadRequest_NotFound'],
    ['/items?$apply=x', 400, 'BadRequest'],
    ['/items?$top=-1', 400, 'BadRequest'],
    ['/items?$skiptoken=nonsense', 400, 'BadRequest'],
    ['/items?$select=nothing', 400, 'BadRequest'],
    ['/items(00000000-0000-0000-0000-000000000000)', 404, 'Internal_RecordNotFound'],
  ])('refuses GET %s', async (path, status, code) => {
    const reply = await erp.call('GET', path);
    expect([reply.status, reply.body.error.code]).toEqual([status, code]);
    expect(reply.body.error.message).toMatch(/ CorrelationId: {2}[0-9a-f-]{36}\.$/);
  });

  it('knows its one company, and no other', async () => {
    const base = String(erp.simulator.config['baseUrl']);
    const list = await erp.call('GET', `${base}/companies`);
    expect(list.body.value.map((company: { id: string }) => company.id)).toEqual([
      erp.simulator.config['company'],
    ]);
    const other = await erp.call('GET', `${base}/companies(00000000-0000-0000-0000-000000000000)/items`);
    expect([other.status, other.body.error.code]).toEqual([404, 'Internal_CompanyNotFound']);
  });
});
