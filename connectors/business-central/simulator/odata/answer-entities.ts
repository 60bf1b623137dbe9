import { changeCard, createCard, deleteCard } from '../erp/cards.ts';
import { checkBody } from '../erp/check-body.ts';
import type { Company } from '../erp/company.ts';
import { changeLine, insertLines, linesOf, prepareLine, recalculate } from '../erp/order-lines.ts';
import { changeOrder, createOrder, deleteOrder } from '../erp/sales-orders.ts';
import type { Row, Table } from '../erp/table.ts';
import { refuseDialog, refuseMethod, refuseNotFound } from '../refusal.ts';
import { filterRows } from './filter.ts';
import { listRows, pageSizeOf } from './list-rows.ts';
import type { ODataRequest, ODataResponse } from './odata-request.ts';
import { checkIfMatch, compileRender, etagOf } from './render.ts';

/** `GET` and `POST` of `/customers`, `/items`, `/salesOrders` and, by `documentId`, `/salesOrderLines`. */
export function answerCollection(company: Company, table: Table, request: ODataRequest): ODataResponse {
  const filter = request.query.get('$filter') ?? undefined;
  const isLines = table === company.salesOrderLines;
  if (request.method === 'GET') {
    if (isLines && !/\b(documentId|id)\s+eq\b/.test(filter ?? '')) {
      refuseDialog('You must specify an Id or a Document Id to get the lines.');
    }
    return listed(company, table, filterRows(table, filter), request);
  }
  if (request.method !== 'POST') return refuseMethod(request.method);
  if (!isLines) return created(company, table, create(company, table, request.body), request);
  const { documentId, ...body } = Object(request.body);
  const order = company.salesOrders.get(String(documentId).toLowerCase()) ?? refuseNotFound('Sales Header');
  return createdLine(company, order, { ...request, body });
}

/** `GET`, `PATCH` and `DELETE` of one record. */
export function answerEntity(
  company: Company,
  table: Table,
  key: string,
  request: ODataRequest,
): ODataResponse {
  const row = table.get(key.toLowerCase()) ?? refuseNotFound(table.type.table);
  switch (request.method) {
    case 'GET':
      return shown(company, table, row, request);
    case 'PATCH': {
      checkIfMatch(row, request.ifMatch);
      const changed = change(company, table, row, request.body);
      company.note(table, changed, 'update');
      return shown(company, table, changed, request);
    }
    case 'DELETE':
      checkIfMatch(row, request.ifMatch);
      remove(company, table, row);
      company.note(table, row, 'delete');
      return { status: 204 };
    default:
      return refuseMethod(request.method);
  }
}

export interface LinesRequest {
  readonly order: Row;
  /** Of one line; `undefined`: all of the order. */
  readonly key: string | undefined;
  readonly request: ODataRequest;
}

/** `/salesOrders(ID)/salesOrderLines`, with or without a line's own id. */
export function answerLines(company: Company, { order, key, request }: LinesRequest): ODataResponse {
  const lines = company.salesOrderLines;
  if (key !== undefined) {
    if (lines.get(key.toLowerCase())?.values['documentId'] !== order.id) refuseNotFound('Sales Line');
    return answerEntity(company, lines, key, request);
  }
  if (request.method === 'POST') return createdLine(company, order, request);
  if (request.method !== 'GET') return refuseMethod(request.method);
  const filter = request.query.get('$filter') ?? undefined;
  return listed(company, lines, filterRows(lines, filter, linesOf(company, order)), request);
}

function create(company: Company, table: Table, body: unknown): Row {
  if (table === company.salesOrders) return createOrder(company, body);
  return createCard(company, table, checkBody(table.type, body, []));
}

function change(company: Company, table: Table, row: Row, body: unknown): Row {
  if (table === company.salesOrders) return changeOrder(company, row, body);
  if (table !== company.salesOrderLines)
    return changeCard(company, table, row, checkBody(table.type, body, []));
  const line = changeLine(company, row, body);
  recalculateParent(company, line);
  return line;
}

function remove(company: Company, table: Table, row: Row): void {
  if (table === company.salesOrders) deleteOrder(company, row);
  else if (table === company.salesOrderLines) {
    table.remove(row);
    recalculateParent(company, row);
  } else deleteCard(company, table, row);
}

function recalculateParent(company: Company, line: Row): void {
  const order = company.salesOrders.get(String(line.values['documentId']));
  if (order !== undefined) recalculate(company, order, {});
}

function createdLine(company: Company, order: Row, request: ODataRequest): ODataResponse {
  const last = linesOf(company, order).at(-1)?.values['sequence'] ?? 0;
  const line = prepareLine(company, request.body, Math.floor(Number(last) / 10_000) + 1);
  const [row] = insertLines(company, order, [line]);
  if (row === undefined) return refuseNotFound('Sales Line');
  recalculate(company, order, {});
  return created(company, company.salesOrderLines, row, request);
}

function listed(company: Company, table: Table, rows: readonly Row[], request: ODataRequest): ODataResponse {
  const address = `${request.root}${request.path}`;
  const render = compileRender(company, table.type, request.query);
  const list = listRows(table.type, rows, { query: request.query, prefer: request.prefer, address, render });
  const headers: Record<string, string> =
    request.prefer === undefined
      ? {}
      : { 'preference-applied': `odata.maxpagesize=${pageSizeOf(request.prefer)}` };
  return { status: 200, headers, body: { '@odata.context': contextOf(company, table, request), ...list } };
}

function created(company: Company, table: Table, row: Row, request: ODataRequest): ODataResponse {
  company.note(table, row, 'create');
  const location = `${request.root}/companies(${company.id})/${table.type.set}(${row.id})`;
  const { body, headers } = shown(company, table, row, request);
  return { status: 201, headers: { ...headers, location }, body };
}

function shown(company: Company, table: Table, row: Row, request: ODataRequest): ODataResponse {
  const context = `${contextOf(company, table, request)}/$entity`;
  const render = compileRender(company, table.type, request.query);
  return { status: 200, headers: { etag: etagOf(row) }, body: { '@odata.context': context, ...render(row) } };
}

function contextOf(company: Company, table: Table, { root }: ODataRequest): string {
  return `${root}/$metadata#companies(${company.id})/${table.type.set}`;
}
