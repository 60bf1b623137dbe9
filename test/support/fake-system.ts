import type {
  Found,
  Page,
  ReadRequest,
  Resource,
  WriteItem,
  WriteResult,
} from '../../src/contract/connector.ts';
import { Fault } from '../../src/contract/fault.ts';

export interface FakeRecord {
  readonly key: string;
  readonly version?: string;
  readonly [name: string]: unknown;
}

/** A source that hands over what it was given, page by page. */
export interface FakeSource {
  readonly resource: Resource;
  pages: readonly Page[];
  readonly requests: ReadRequest[];
}

export function createFakeSource(pages: readonly Page[] = []): FakeSource {
  const source: FakeSource = {
    pages,
    requests: [],
    resource: {
      name: 'records',
      keyOf: (record) => (record as FakeRecord).key,
      versionOf: (record) => (record as FakeRecord).version,
      async *read(request) {
        source.requests.push(request);
        yield* source.pages;
      },
    },
  };
  return source;
}

export function pageOf(records: readonly FakeRecord[], cursor?: string): Page {
  return { records: records.map((record) => ({ record })), ...(cursor !== undefined && { cursor }) };
}

/** A target that keeps what it is given, and the order in which it was given it. */
export interface FakeTarget {
  readonly resource: Resource;
  readonly records: Map<string, { readonly id: string; readonly payload: unknown }>;
  readonly effects: { readonly action: string; readonly key: string; readonly payload: unknown }[];
  /** Asked before each write: a Fault refuses it; `after: true` carries it out first and loses the reply. */
  refuse: (
    item: WriteItem,
    action: string,
  ) => { readonly fault: Fault; readonly after?: boolean } | undefined;
  /** Thrown by every call while set: the system is away. */
  down: Fault | undefined;
  finds: number;
  /** How many ids it has given. */
  made: number;
}

export type Ability = 'find' | 'create' | 'update' | 'upsert' | 'delete';

export function createFakeTarget(abilities: readonly Ability[]): FakeTarget {
  const write =
    (action: 'create' | 'update' | 'upsert' | 'delete') => async (items: readonly WriteItem[]) => {
      if (target.down) throw target.down;
      return items.map((item) => writeOne(target, item, action));
    };
  const find = async (keys: readonly string[]): Promise<readonly (Found | undefined)[]> => {
    if (target.down) throw target.down;
    target.finds += 1;
    return keys.map((key) => {
      const found = target.records.get(key);
      return found && { id: found.id, record: found.payload };
    });
  };
  const all = {
    find,
    create: write('create'),
    update: write('update'),
    upsert: write('upsert'),
    delete: write('delete'),
  };
  const target: FakeTarget = {
    records: new Map(),
    effects: [],
    refuse: () => undefined,
    down: undefined,
    finds: 0,
    made: 0,
    resource: {
      name: 'things',
      keyOf: (record) => (record as FakeRecord).key,
      ...Object.fromEntries(abilities.map((ability) => [ability, all[ability]])),
    },
  };
  return target;
}

function writeOne(target: FakeTarget, item: WriteItem, action: string): WriteResult {
  const refusal = target.refuse(item, action);
  if (refusal && refusal.after !== true) return { ok: false, fault: refusal.fault };
  const known = target.records.get(item.key);
  if (action === 'create' && known) {
    return { ok: false, fault: new Fault('TL_TARGET_DUPLICATE', 'there is one already') };
  }
  const id = known?.id ?? `id-${++target.made}`;
  if (action === 'delete') target.records.delete(item.key);
  else target.records.set(item.key, { id, payload: item.payload });
  target.effects.push({ action, key: item.key, payload: item.payload });
  return refusal ? { ok: false, fault: refusal.fault } : { ok: true, id };
}
