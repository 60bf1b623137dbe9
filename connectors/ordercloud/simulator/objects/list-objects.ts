import { countUpTo, idOf } from './collection.ts';
import { compareValues, compileFilter, kindOf, type Predicate, readerOf } from './filter.ts';
import type { ObjectType, Thing } from './object-types.ts';
import { refuse } from './refusal.ts';

/** Query parameters as fastify parses them: a repeated one is an array. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface ListSource {
  readonly type: ObjectType;
  readonly things: readonly Thing[];
  /** True where `things` come sorted by ID, as a collection keeps them. */
  readonly sortedById: boolean;
  /** Parameters of this list that are no filters: `buyerID`, `from`, … */
  readonly parameters?: readonly string[];
  /** What the list leaves out beyond the filters of the query. */
  readonly predicates?: readonly Predicate[];
}

const commonParameters = ['search', 'searchOn', 'searchType', 'sortBy', 'page', 'pageSize'];

/**
 * `{ Meta, Items }` of a list. Pages count from 1 and hold 20 objects unless `pageSize` (at most 100) says
 * otherwise; pages beyond the 30th are refused, the way on is `ID=>{last ID}` with `sortBy=ID`.
 * Source: OrderCloud documentation, Advanced Querying and Limits.
 */
export function listObjects(source: ListSource, query: Query): unknown {
  const { page, pageSize } = parsePaging(query);
  const candidates = narrowById(source, query);
  const predicates = compileFilters(source, query);
  const found =
    predicates.length === 0
      ? candidates
      : candidates.filter((thing) => predicates.every((matches) => matches(thing)));
  const sorted = sortThings(source, found, query);
  const items = sorted.slice((page - 1) * pageSize, page * pageSize);
  return {
    Meta: {
      Page: page,
      PageSize: pageSize,
      TotalCount: sorted.length,
      TotalPages: Math.ceil(sorted.length / pageSize),
      ItemRange: [(page - 1) * pageSize + 1, (page - 1) * pageSize + items.length],
      NextPageKey: null,
    },
    Items: items,
  };
}

/** A parameter that is given once at most. */
export function singleValue(query: Query, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'object' ? value[0] : value;
}

function parsePaging(query: Query): { readonly page: number; readonly pageSize: number } {
  const page = Number(singleValue(query, 'page') ?? 1);
  const pageSize = Number(singleValue(query, 'pageSize') ?? 20);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 100) {
    throw refuse(400, 'List.InvalidPageSize', 'PageSize must be between 1 and 100.');
  }
  if (!Number.isInteger(page) || page < 1) throw refuse(400, 'List.InvalidType', 'Page must be 1 or more.');
  // The limit is documented, the words and the code of its refusal are not.
  if (page > 30)
    throw refuse(
      400,
      'Search.InvalidQuery',
      'Pages beyond 30 are not available: filter by the last ID instead.',
    );
  return { page, pageSize };
}

/** `ID=>x` and `ID=x` cut a sorted list by search, so that reading everything by the last ID stays linear. */
function narrowById({ things, sortedById }: ListSource, query: Query): readonly Thing[] {
  const wanted = query['ID'];
  if (!sortedById || typeof wanted !== 'string' || !/^>?[A-Za-z0-9_-]+$/.test(wanted)) return things;
  if (wanted.startsWith('>')) return things.slice(countUpTo(things, wanted.slice(1)));
  const found = things[countUpTo(things, wanted) - 1];
  // Not there in this spelling: the filter itself does not mind upper and lower case.
  return found !== undefined && idOf(found) === wanted ? [found] : things;
}

function compileFilters(source: ListSource, query: Query): readonly Predicate[] {
  const { type, parameters = [] } = source;
  const predicates = [...(source.predicates ?? [])];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || commonParameters.includes(name) || parameters.includes(name)) continue;
    for (const term of typeof value === 'string' ? [value] : value)
      predicates.push(compileFilter(type, name, term));
  }
  const search = singleValue(query, 'search');
  if (search !== undefined && search !== '') predicates.push(compileSearch(type, query, search));
  return predicates;
}

/** Any of the words in any of the fields: what `searchType` AnyTerm does, its default. */
function compileSearch(type: ObjectType, query: Query, search: string): Predicate {
  const searchOn = singleValue(query, 'searchOn')?.split(',') ?? ['ID', ...type.sortable];
  const fields = searchOn.filter((name) => kindOf(type, name) === 'text').map(readerOf);
  const words = search.toLowerCase().split(/\s+/);
  return (thing) => {
    const texts = fields.map((read) => String(read(thing) ?? '').toLowerCase());
    return words.some((word) => texts.some((text) => text.includes(word)));
  };
}

function sortThings(
  { type, sortedById }: ListSource,
  things: readonly Thing[],
  query: Query,
): readonly Thing[] {
  const sortBy = singleValue(query, 'sortBy') ?? type.sortable[0] ?? 'ID';
  if (sortBy === 'ID' && sortedById) return things;
  const orders = [...sortBy.split(','), 'ID'].map((entry) => {
    const name = entry.replace(/^!/, '');
    if (!type.sortable.includes(name) && !name.startsWith('xp.')) {
      throw refuse(400, 'List.InvalidSortProperty', `${type.name} cannot be sorted by ${name}.`);
    }
    return { read: readerOf(name), kind: kindOf(type, name), sign: entry.startsWith('!') ? -1 : 1 };
  });
  return things.toSorted((a, b) => {
    for (const { read, kind, sign } of orders) {
      const difference = compareValues(kind, read(a), read(b)) * sign;
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
