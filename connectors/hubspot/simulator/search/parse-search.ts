import { isJsonObject, type JsonObject } from '../../../../src/contract/json.ts';
import type { Table } from '../crm.ts';
import { type Attempt, invalid, refuse, succeed } from '../problem.ts';

/** A search that is within HubSpot's limits. Groups are alternatives; the filters of one group hold together. */
export interface Search {
  readonly groups: readonly (readonly Filter[])[];
  readonly sort: { readonly property: string; readonly descending: boolean };
  readonly limit: number;
  readonly after: number;
  readonly query: string;
}

export interface Filter {
  readonly property: string;
  readonly operator: Operator;
  readonly value: string;
  readonly highValue: string;
  readonly values: readonly string[];
}

const operators = [
  ...['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN'],
  ...['HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'],
] as const;

export type Operator = (typeof operators)[number];

/** From the page "Search the CRM" (2026-03-30). */
const limits = { groups: 5, filtersPerGroup: 6, filters: 18, pageSize: 200, results: 10_000 };

export function parseSearch(table: Table, body: unknown): Attempt<Search> {
  if (body !== undefined && !isJsonObject(body))
    return refuse(invalid('Invalid input JSON: expected an object'));
  const { filterGroups = [], sorts = [], limit = 10, after = '0', query = '' } = body ?? {};
  const problem = checkPage(limit, after) ?? checkGroups(filterGroups) ?? checkSorts(sorts);
  if (problem !== undefined) return refuse(invalid(problem));
  const groups = toGroups(filterGroups);
  const unknown = groups.flat().find(({ property }) => !table.properties.has(property));
  if (unknown !== undefined)
    return refuse(
      invalid(`There was a problem with the request: property ${unknown.property} does not exist`),
    );
  return succeed({
    groups,
    sort: toSort(sorts),
    limit: Number(limit),
    after: Number(after),
    query: String(query),
  });
}

function checkPage(limit: unknown, after: unknown): string | undefined {
  const size = Number(limit);
  if (!Number.isInteger(size) || size < 0 || size > limits.pageSize)
    return `limit has to be between 0 and ${limits.pageSize}, got ${String(limit)}`;
  const start = after === '' ? 0 : Number(after);
  if (!Number.isInteger(start) || start < 0) return `after has to be an integer, got ${String(after)}`;
  if (start + size > limits.results) return `Paging beyond ${limits.results} results is not supported`;
  return undefined;
}

function checkGroups(groups: unknown): string | undefined {
  if (!Array.isArray(groups)) return 'filterGroups has to be a list';
  if (groups.length > limits.groups) return `At most ${limits.groups} filterGroups are supported`;
  let total = 0;
  for (const group of groups) {
    if (!isJsonObject(group) || !Array.isArray(group.filters))
      return 'A filter group needs a list of filters';
    if (group.filters.length > limits.filtersPerGroup)
      return `At most ${limits.filtersPerGroup} filters are supported in a group`;
    total += group.filters.length;
    const problem = group.filters.map(checkFilter).find((found) => found !== undefined);
    if (problem !== undefined) return problem;
  }
  return total > limits.filters
    ? `At most ${limits.filters} filters are supported in all groups together`
    : undefined;
}

function checkFilter(filter: unknown): string | undefined {
  if (!isJsonObject(filter) || typeof filter.propertyName !== 'string')
    return 'A filter needs a propertyName';
  const operator = operators.find((known) => known === filter.operator);
  if (operator === undefined) return `Unknown operator ${String(filter.operator)}`;
  if (operator === 'HAS_PROPERTY' || operator === 'NOT_HAS_PROPERTY') return undefined;
  if (operator === 'IN' || operator === 'NOT_IN')
    return Array.isArray(filter.values) ? undefined : `Operator ${operator} needs values`;
  if (filter.value === undefined) return `Operator ${operator} needs a value`;
  return operator === 'BETWEEN' && filter.highValue === undefined
    ? 'Operator BETWEEN needs a highValue'
    : undefined;
}

function checkSorts(sorts: unknown): string | undefined {
  if (!Array.isArray(sorts)) return 'sorts has to be a list';
  return sorts.length > 1 ? 'Only one sort is supported' : undefined;
}

function toGroups(groups: unknown): Filter[][] {
  const list = Array.isArray(groups) ? groups.filter(isJsonObject) : [];
  return list.map(({ filters }) =>
    Array.isArray(filters) ? filters.filter(isJsonObject).map(toFilter) : [],
  );
}

function toFilter(filter: JsonObject): Filter {
  return {
    property: String(filter.propertyName),
    operator: operators.find((known) => known === filter.operator) ?? 'EQ',
    value: String(filter.value ?? ''),
    highValue: String(filter.highValue ?? ''),
    values: Array.isArray(filter.values) ? filter.values.map(String) : [],
  };
}

/** Either form that HubSpot's client documents: `{ propertyName, direction }`, or the name with a minus for descending. */
function toSort(sorts: unknown): Search['sort'] {
  const sort: unknown = Array.isArray(sorts) ? sorts[0] : undefined;
  if (isJsonObject(sort))
    return { property: String(sort.propertyName), descending: sort.direction === 'DESCENDING' };
  if (typeof sort === 'string') return { property: sort.replace(/^-/, ''), descending: sort.startsWith('-') };
  // Without a sort: the oldest first.
  return { property: 'hs_object_id', descending: false };
}
