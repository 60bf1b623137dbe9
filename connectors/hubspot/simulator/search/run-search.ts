import { toMillis } from '../check-properties.ts';
import type { Table } from '../crm.ts';
import type { PropertyKind } from '../object-types.ts';
import { allProperties, propertyOf, type Snapshot } from '../render-record.ts';
import type { Filter, Search } from './parse-search.ts';

export interface SearchResult {
  /** All that match, however many the page holds. */
  readonly total: number;
  readonly page: readonly Snapshot[];
}

export function runSearch(table: Table, snapshots: Iterable<Snapshot>, search: Search): SearchResult {
  const kindOf = (name: string): PropertyKind => table.properties.get(name)?.kind ?? 'string';
  const query = search.query.toLowerCase();
  const mentionsQuery = (snapshot: Snapshot): boolean =>
    query === '' ||
    [...allProperties(table, snapshot).values()].some((value) => value.toLowerCase().includes(query));
  const inAGroup = (snapshot: Snapshot): boolean =>
    search.groups.length === 0 ||
    search.groups.some((filters) =>
      filters.every((filter) =>
        isTrueOfValue(filter, propertyOf(table, snapshot, filter.property), kindOf(filter.property)),
      ),
    );
  const found: Snapshot[] = [];
  for (const snapshot of snapshots) if (inAGroup(snapshot) && mentionsQuery(snapshot)) found.push(snapshot);
  const { property, descending } = search.sort;
  const compare = compareBy((snapshot) => propertyOf(table, snapshot, property), kindOf(property));
  found.sort(descending ? (left, right) => compare(right, left) : compare);
  return { total: found.length, page: found.slice(search.after, search.after + search.limit) };
}

function isTrueOfValue(filter: Filter, value: string | undefined, kind: PropertyKind): boolean {
  if (filter.operator === 'HAS_PROPERTY') return value !== undefined;
  if (filter.operator === 'NOT_HAS_PROPERTY') return value === undefined;
  // A record without the property does not match any comparison, not even NEQ.
  if (value === undefined) return false;
  const order = (text: string): number => compareValues(value, text, kind);
  switch (filter.operator) {
    case 'EQ':
      return order(filter.value) === 0;
    case 'NEQ':
      return order(filter.value) !== 0;
    case 'LT':
      return order(filter.value) < 0;
    case 'LTE':
      return order(filter.value) <= 0;
    case 'GT':
      return order(filter.value) > 0;
    case 'GTE':
      return order(filter.value) >= 0;
    case 'BETWEEN':
      return order(filter.value) >= 0 && order(filter.highValue) <= 0;
    case 'IN':
      return filter.values.some((text) => order(text) === 0);
    case 'NOT_IN':
      return filter.values.every((text) => order(text) !== 0);
    case 'CONTAINS_TOKEN':
      return hasToken(value, filter.value);
    case 'NOT_CONTAINS_TOKEN':
      return !hasToken(value, filter.value);
  }
}

/** Numbers and times by size; text without regard to case. */
function compareValues(left: string, right: string, kind: PropertyKind): number {
  if (kind === 'number') return Number(left) - Number(right);
  if (kind === 'datetime') return toMillis(left) - toMillis(right);
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `*` at either end of a token stands for anything. */
function hasToken(value: string, wanted: string): boolean {
  const token = wanted.toLowerCase();
  const core = token.replace(/^\*|\*$/g, '');
  return value
    .toLowerCase()
    .split(/[\s@.,;/-]+/)
    .concat(value.toLowerCase())
    .some((word) => {
      if (token.startsWith('*') && token.endsWith('*')) return word.includes(core);
      if (token.startsWith('*')) return word.endsWith(core);
      return token.endsWith('*') ? word.startsWith(core) : word === core;
    });
}

/** Equal ones keep the order of creation. */
function compareBy(valueIn: (snapshot: Snapshot) => string | undefined, kind: PropertyKind) {
  return (left: Snapshot, right: Snapshot): number => {
    const [a, b] = [valueIn(left), valueIn(right)];
    if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
    return compareValues(a, b, kind);
  };
}
