import type { JsonObject } from '../../../../src/contract/json.ts';
import type { TestClock } from '../open-http.ts';
import type { Answer, SeenRequest } from '../test-server.ts';

export interface SourceRecord {
  readonly id: number;
  /** When it was last changed: RFC 3339, as exact as the source keeps it. */
  readonly at: string;
  /** Grows with each change of any record. */
  readonly n: number;
}

/** Something that happens at the source, so long after what happened before. `nth` picks a record, modulo how many. */
export type Change =
  | { readonly do: 'update' | 'delete'; readonly nth: number; readonly afterMs: number }
  | { readonly do: 'insert'; readonly id: number; readonly afterMs: number };

/** A system whose records go on changing while they are read: after each page, the next of `script` happens. */
export interface ChangingSource {
  readonly records: Map<number, SourceRecord>;
  script: (readonly Change[])[];
  /** Records that were changed since this was last emptied. */
  readonly changed: Set<number>;
  apply(change: Change): void;
  /** One page of what was changed at or after `since`, in the order that the way of paging wants. */
  answer(paging: ServedPaging, request: SeenRequest): Answer;
}

/** A way of paging: how it is declared, and how a system serves it. */
export interface ServedPaging {
  readonly name: string;
  readonly paging: JsonObject;
  readonly order: 'none' | 'ascending';
  serve(sorted: readonly SourceRecord[], request: SeenRequest): Answer;
}

export const pageSize = 3;

export function createChangingSource(clock: TestClock, resolutionMs: number): ChangingSource {
  let count = 0;
  const put = (id: number) => {
    const at = new Date(Math.floor(clock.now() / resolutionMs) * resolutionMs).toISOString();
    self.records.set(id, { id, at, n: count++ });
    self.changed.add(id);
  };
  const self: ChangingSource = {
    records: new Map(),
    script: [],
    changed: new Set(),
    apply(change) {
      clock.advance(change.afterMs);
      if (change.do === 'insert') return put(change.id);
      const ids = [...self.records.keys()];
      const id = ids[change.nth % Math.max(ids.length, 1)];
      if (id === undefined) return;
      if (change.do === 'update') return put(id);
      self.records.delete(id);
    },
    answer(paging, request) {
      const since = request.query.get('since');
      const wanted = [...self.records.values()].filter(({ at }) => since === null || at >= since);
      const sorted = wanted.sort(paging.order === 'ascending' ? byTime : byId);
      const answer = paging.serve(sorted, request);
      for (const change of self.script.shift() ?? []) self.apply(change);
      return answer;
    },
  };
  return self;
}

function byId(a: SourceRecord, b: SourceRecord): number {
  return a.id - b.id;
}

function byTime(a: SourceRecord, b: SourceRecord): number {
  return a.at.localeCompare(b.at) || byId(a, b);
}

const size = { param: 'size', value: pageSize };
const numberOf = (request: SeenRequest, name: string) => Number(request.query.get(name) ?? 0);

/** Every page is asked for by what came last: nothing that happens before it moves what comes after. */
export const byPlace: readonly ServedPaging[] = [
  {
    name: 'keyset',
    order: 'none',
    paging: { type: 'keyset', last: 'id', query: { after: '{{last}}' }, size },
    serve: (sorted, request) => {
      const after = request.query.get('after');
      const rest = sorted.filter(({ id }) => after === null || id > Number(after));
      return { json: { items: rest.slice(0, pageSize) } };
    },
  },
  ...(['none', 'ascending'] as const).flatMap((order): ServedPaging[] => [
    {
      name: `token, order ${order}`,
      order,
      paging: { type: 'token', param: 'after', token: 'next', size },
      serve: (sorted, request) => {
        const { items, next } = restAfter(sorted, request, order);
        return { json: { items, next } };
      },
    },
    {
      name: `next, order ${order}`,
      order,
      paging: { type: 'next', url: 'next', size },
      serve: (sorted, request) => {
        const { items, next } = restAfter(sorted, request, order);
        return { json: { items, next: next && urlAfter(request, next) } };
      },
    },
    {
      name: `link, order ${order}`,
      order,
      paging: { type: 'link', size },
      serve: (sorted, request) => {
        const { items, next } = restAfter(sorted, request, order);
        const headers = next && { headers: { link: `<${urlAfter(request, next)}>; rel="next"` } };
        return { json: { items }, ...headers };
      },
    },
  ]),
];

/** Pages are counted from the start: what disappears before a page moves what comes after. */
export const byCount = (order: 'none' | 'ascending'): readonly ServedPaging[] => [
  {
    name: `page, order ${order}`,
    order,
    paging: { type: 'page', param: 'page', size },
    serve: (sorted, request) => {
      const from = (numberOf(request, 'page') - 1) * pageSize;
      return { json: { items: sorted.slice(from, from + pageSize) } };
    },
  },
  {
    name: `offset, order ${order}`,
    order,
    paging: { type: 'offset', param: 'skip', size, total: 'total' },
    serve: (sorted, request) => {
      const from = numberOf(request, 'skip');
      return { json: { items: sorted.slice(from, from + pageSize), total: sorted.length } };
    },
  },
];

function restAfter(sorted: readonly SourceRecord[], request: SeenRequest, order: 'none' | 'ascending') {
  const [at = '', id = ''] = (request.query.get('after') ?? '').split('|');
  const last = { at, id: Number(id), n: 0 };
  const isAfter = order === 'ascending' ? byTime : byId;
  const rest = id === '' ? sorted : sorted.filter((record) => isAfter(record, last) > 0);
  const items = rest.slice(0, pageSize);
  const end = items.at(-1);
  return { items, next: rest.length > pageSize && end ? `${end.at}|${end.id}` : undefined };
}

function urlAfter(request: SeenRequest, next: string): string {
  const query = new URLSearchParams(request.query);
  query.set('after', next);
  return `${request.path}?${query}`;
}
