import type { EntityType, Value } from '../erp/fields.ts';
import type { Row } from '../erp/table.ts';
import { refuse } from '../refusal.ts';
import { compareValues } from './filter.ts';
import { fieldOf } from './filter-literal.ts';
import { type Render, type Rendered, sortKeyOf } from './render.ts';

export interface ListRequest {
  readonly query: URLSearchParams;
  /** The `Prefer` header. */
  readonly prefer: string | undefined;
  /** Absolute address of the collection; a next link starts with it. */
  readonly address: string;
  readonly render: Render;
}

export interface List {
  readonly '@odata.count'?: number;
  readonly value: readonly Rendered[];
  readonly '@odata.nextLink'?: string;
}

/** "Operational limits": at most 20,000 entities in one page. */
const maxPageSize = 20_000;

interface Order {
  readonly fields: readonly string[];
  compare(a: readonly Value[], b: readonly Value[]): number;
}

/** Where the next page starts, and how many rows `$top` still allows. */
interface SkipToken {
  readonly after: readonly Value[];
  readonly left: number;
}

/**
 * One server-driven page. The skip token names the last row handed out, by its sort values: a row that is inserted
 * or deleted meanwhile neither shifts nor repeats the others.
 */
export function listRows(type: EntityType, rows: readonly Row[], request: ListRequest): List {
  const { query } = request;
  checkOptions(query);
  const order = parseOrder(type, query.get('$orderby'));
  const token = parseToken(query.get('$skiptoken'));
  const sorted = sortRows(rows, order, token?.after);
  const from = token === undefined ? count(query, '$skip', 0) : 0;
  const left = token?.left ?? count(query, '$top', Number.MAX_SAFE_INTEGER);
  const size = Math.min(pageSizeOf(request.prefer), left);
  const page = sorted.slice(from, from + size);
  const last = page.at(-1);
  const isLast = last === undefined || left <= page.length || from + page.length >= sorted.length;
  return {
    ...(query.get('$count') === 'true' ? { '@odata.count': rows.length } : {}),
    value: page.map(({ row }) => request.render(row)),
    ...(isLast
      ? {}
      : { '@odata.nextLink': nextLink(request, { after: last.key, left: left - page.length }) }),
  };
}

/** `Prefer: odata.maxpagesize=300`, with or without the prefix. */
export function pageSizeOf(prefer: string | undefined): number {
  const wanted = /(?:^|[\s,;])(?:odata\.)?maxpagesize=(\d+)/i.exec(prefer ?? '')?.[1];
  return wanted === undefined || wanted === '0' ? maxPageSize : Math.min(Number(wanted), maxPageSize);
}

interface Placed {
  readonly row: Row;
  readonly key: readonly Value[];
}

function sortRows(
  rows: readonly Row[],
  order: Order,
  after: readonly Value[] | undefined,
): readonly Placed[] {
  const placed = rows.map((row) => ({ row, key: sortKeyOf(row, order.fields) }));
  const rest = after === undefined ? placed : placed.filter(({ key }) => order.compare(key, after) > 0);
  return order.fields.length === 0 ? rest : rest.sort((a, b) => order.compare(a.key, b.key));
}

function parseOrder(type: EntityType, orderBy: string | null): Order {
  const terms = (orderBy ?? '').split(',').flatMap((term) => {
    const [name, direction = 'asc'] = term.trim().split(/\s+/);
    if (name === undefined || name === '') return [];
    return [{ name, field: fieldOf(type, name), sign: direction === 'desc' ? -1 : 1 }];
  });
  return {
    fields: terms.map((term) => term.name),
    compare(a, b) {
      for (const [at, { field, sign }] of terms.entries()) {
        const difference = compareValues(field, a[at], b[at]);
        if (difference !== 0) return sign * difference;
      }
      return Number(a.at(-1)) - Number(b.at(-1));
    },
  };
}

function parseToken(text: string | null): SkipToken | undefined {
  if (text === null) return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isToken(token)) return token;
  } catch {
    // falls through: a token that is no JSON is as wrong as one of another shape
  }
  return refuse(400, 'BadRequest', 'The $skiptoken is not valid.');
}

function isToken(token: unknown): token is SkipToken {
  return typeof token === 'object' && token !== null && 'after' in token && 'left' in token;
}

function nextLink({ query, address }: ListRequest, token: SkipToken): string {
  const next = new URLSearchParams(query);
  next.set('$skiptoken', Buffer.from(JSON.stringify(token)).toString('base64url'));
  return `${address}?${next.toString().replaceAll('+', '%20').replaceAll('%24', '$')}`;
}

const knownOptions = new Set(
  '$filter $select $expand $orderby $top $skip $count $skiptoken $schemaversion'.split(' '),
);

function checkOptions(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (!name.startsWith('$') || knownOptions.has(name)) continue;
    refuse(400, 'BadRequest', `The query parameter '${name}' is not supported.`);
  }
}

function count(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (/^\d+$/.test(text)) return Number(text);
  return refuse(
    400,
    'BadRequest',
    `Invalid value '${text}' for ${name} query option found: a whole number is needed.`,
  );
}
