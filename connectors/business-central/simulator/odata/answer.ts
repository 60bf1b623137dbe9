import type { Company } from '../erp/company.ts';
import { shipAndInvoice } from '../erp/sales-orders.ts';
import type { Table } from '../erp/table.ts';
import { refuse, refuseMethod, refuseNotFound } from '../refusal.ts';
import { answerCollection, answerEntity, answerLines } from './answer-entities.ts';
import type { ODataRequest, ODataResponse } from './odata-request.ts';

interface Segment {
  readonly name: string;
  readonly key: string | undefined;
}

/** Finds what a path speaks of and returns it; throws a refusal otherwise. */
export function answer(company: Company, request: ODataRequest): ODataResponse {
  const [first, second, third, ...more] = parsePath(request.path);
  if (first?.name !== 'companies' || more.length > 0) return refusePath(request.path);
  if (second === undefined) return answerCompany(company, first, request);
  if (first.key === undefined) return refusePath(request.path);
  checkCompany(company, first.key);
  const table = tableOf(company, second.name);
  if (table === undefined) return refusePath(request.path);
  if (third !== undefined) return answerBelow(company, { request, table, parent: second, segment: third });
  if (second.key !== undefined) return answerEntity(company, table, second.key, request);
  return answerCollection(company, table, request);
}

interface Below {
  readonly request: ODataRequest;
  readonly table: Table;
  readonly parent: Segment;
  readonly segment: Segment;
}

function answerBelow(company: Company, { request, table, parent, segment }: Below): ODataResponse {
  if (segment.name === '$count' && parent.key === undefined) return answerCount(company, table, request);
  if (table !== company.salesOrders || parent.key === undefined) return refusePath(request.path);
  const order = table.get(parent.key.toLowerCase()) ?? refuseNotFound('Sales Header');
  if (segment.name === 'salesOrderLines') return answerLines(company, { order, key: segment.key, request });
  // The name of a bound action is not case-sensitive.
  if (request.method !== 'POST' || segment.name.toLowerCase() !== 'microsoft.nav.shipandinvoice') {
    return refusePath(request.path);
  }
  shipAndInvoice(company, order);
  company.note(table, order, 'delete');
  return { status: 204 };
}

function answerCount(company: Company, table: Table, request: ODataRequest): ODataResponse {
  const query = new URLSearchParams(request.query);
  query.set('$count', 'true');
  query.set('$top', '0');
  const list = answerCollection(company, table, { ...request, query, method: 'GET' });
  const counted = Object(list.body)['@odata.count'];
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(counted) };
}

function answerCompany(company: Company, { key }: Segment, request: ODataRequest): ODataResponse {
  if (request.method !== 'GET') return refuseMethod(request.method);
  const record = {
    id: company.id,
    systemVersion: 'simulated',
    name: company.name,
    displayName: company.name,
  };
  const context = `${request.root}/$metadata#companies`;
  if (key === undefined) return { status: 200, body: { '@odata.context': context, value: [record] } };
  checkCompany(company, key);
  return { status: 200, body: { '@odata.context': `${context}/$entity`, ...record } };
}

function checkCompany(company: Company, key: string): void {
  if (key.toLowerCase() === company.id) return;
  refuse(404, 'Internal_CompanyNotFound', 'Cannot process the request because the company cannot be found.');
}

function tableOf(company: Company, set: string): Table | undefined {
  const tables = [company.customers, company.items, company.salesOrders, company.salesOrderLines];
  return tables.find((table) => table.type.set === set);
}

function parsePath(path: string): readonly Segment[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^([\w.$]+)(?:\(([^)]*)\))?$/.exec(part);
      if (match === null) return refusePath(path);
      return { name: match[1] ?? '', key: match[2] };
    });
}

function refusePath(path: string): never {
  const last = path.split('/').at(-1);
  refuse(404, 'BadRequest_NotFound', `Resource not found for the segment '${last}'.`);
}
