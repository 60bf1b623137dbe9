import { readNumber, toExactNumber } from '../../../../src/contract/exact-json/json-number.ts';
import type { Company } from '../erp/company.ts';
import type { EntityType, Value } from '../erp/fields.ts';
import { linesOf } from '../erp/order-lines.ts';
import type { Row } from '../erp/table.ts';
import { refuse } from '../refusal.ts';
import { fieldOf } from './filter-literal.ts';

export type Rendered = Record<string, unknown>;

/** A row as it goes out: its ETag first, decimals as JSON numbers, lines only where `$expand` asks for them. */
export type Render = (row: Row) => Rendered;

export function compileRender(company: Company, type: EntityType, query: URLSearchParams): Render {
  const names = selectedNames(type, query.get('$select'));
  const lines = compileExpand(company, type, query.get('$expand'));
  const decimals = names.map((name) => fieldOf(type, name).kind === 'decimal');
  return (row) => {
    const rendered: Rendered = { '@odata.etag': etagOf(row) };
    for (const [at, name] of names.entries()) {
      const value = row.values[name];
      rendered[name] = decimals[at] ? toNumber(String(value)) : value;
    }
    if (lines !== undefined) rendered['salesOrderLines'] = lines(row);
    return rendered;
  };
}

function toNumber(decimal: string): unknown {
  const value = readNumber(decimal);
  return typeof value === 'string' ? toExactNumber(value) : value;
}

/** Opaque to clients, and another one for each version. */
export function etagOf(row: Row): string {
  return `W/"${Buffer.from(`${row.version};${row.id}`).toString('base64')}"`;
}

/** PATCH and DELETE: "you must include the If-Match header" (delete and update pages of each resource). */
export function checkIfMatch(row: Row, header: string | undefined): void {
  if (header === '*') return;
  if (header === undefined || !/^(W\/)?"[^"]*"$/.test(header)) {
    refuse(
      400,
      'BadRequest_InvalidToken',
      'Could not validate the client concurrency token required by the service. Please provide a valid token in the client request.',
    );
  }
  if (header !== etagOf(row)) {
    refuse(409, 'Request_EntityChanged', 'Another user has already changed the record.');
  }
}

function selectedNames(type: EntityType, select: string | null): readonly string[] {
  if (select === null || select.trim() === '*' || select.trim() === '') return Object.keys(type.fields);
  const names = select.split(',').map((name) => name.trim());
  for (const name of names) fieldOf(type, name);
  return names;
}

function compileExpand(
  company: Company,
  type: EntityType,
  expand: string | null,
): ((order: Row) => readonly Rendered[]) | undefined {
  if (expand === null || expand === '') return undefined;
  const match = /^salesOrderLines(?:\(\$select=([\w,\s]+)\))?$/.exec(expand.trim());
  if (match === null || type.set !== 'salesOrders') {
    return refuse(
      501,
      'BadRequest_MethodNotImplemented',
      `$expand=${expand} is not modelled by this simulator.`,
    );
  }
  const nested = new URLSearchParams(match[1] === undefined ? {} : { $select: match[1] });
  const render = compileRender(company, company.salesOrderLines.type, nested);
  return (order) => linesOf(company, order).map(render);
}

export function sortKeyOf(row: Row, fields: readonly string[]): readonly Value[] {
  return [...fields.map((field) => row.values[field] ?? ''), row.sequence];
}
