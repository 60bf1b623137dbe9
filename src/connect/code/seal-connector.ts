import type {
  ConnectionSettings,
  Connector,
  EntityMapping,
  OpenConnection,
  Page,
  ReadRequest,
  Resource,
  Write,
} from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import { isJsonObject } from '../../contract/json.ts';
import { attempt, boundCall, maxCallMs } from './bound-calls.ts';
import { checkFound, checkPage, checkResults } from './check-results.ts';

export interface SealOptions {
  /** What a call may take, in milliseconds. */
  readonly maxMs?: number;
}

/**
 * A connector in code of a workspace, as the engine can rely on it: what it gives is what the contract says, what it
 * throws keeps its meaning, and no call of it lasts for ever.
 */
export function sealConnector(connector: Connector, { maxMs = maxCallMs }: SealOptions = {}): Connector {
  const { apiVersion, name, summary, timezone, config, resources, resource, refuse, answers } = connector;
  return {
    name,
    summary,
    config,
    resources,
    ...(apiVersion !== undefined && { apiVersion }),
    ...(timezone !== undefined && { timezone }),
    ...(resource && { resource }),
    ...(refuse && {
      refuse: (settings: ConnectionSettings) =>
        attempt({ label: `connector ${connector.name}: refuse`, maxMs }, () =>
          refuse.call(connector, settings),
        ),
    }),
    ...(answers && { answers }),
    open(settings, tools) {
      const seal = { name: `${settings.name} (connector ${connector.name})`, maxMs };
      const opened = attempt({ label: `${seal.name}: open`, maxMs }, () => connector.open(settings, tools));
      return sealConnection(opened, seal);
    },
  };
}

interface Seal {
  readonly name: string;
  readonly maxMs: number;
}

function sealConnection(opened: OpenConnection, seal: Seal): OpenConnection {
  const { name } = seal;
  if (!isJsonObject(opened) || !isJsonObject(opened.resources) || typeof opened.close !== 'function')
    throw new Fault('TL_CONNECTION_CONFIG', `${name}: open() must give { resources, close }`);
  const { check, settleMs } = opened;
  for (const [each, resource] of Object.entries(opened.resources))
    if (!isJsonObject(resource) || typeof resource.keyOf !== 'function')
      throw new Fault('TL_CONNECTION_CONFIG', `${name}: open() gave a resource "${each}" without keyOf()`);
  const resources = Object.entries(opened.resources).map(
    ([each, resource]) => [each, sealResource(resource, `${name}: ${each}`, seal)] as const,
  );
  const call = (what: string) => ({
    label: `${name}: ${what}`,
    ifEndless: 'TL_SYSTEM_TIMEOUT' as FaultCode,
    maxMs: seal.maxMs,
  });
  return {
    resources: Object.fromEntries(resources),
    ...(check && {
      check: (signal: AbortSignal) => boundCall(call('check'), signal, (own) => check.call(opened, own)),
    }),
    ...(settleMs && {
      settleMs: () => boundCall(call('settleMs'), undefined, () => settleMs.call(opened)),
    }),
    close: () => boundCall(call('close'), undefined, () => opened.close()),
  };
}

/** Functions that are not there stay away: what a resource can do is said by which it has. */
function sealResource(resource: Resource, label: string, { maxMs }: Seal): Resource {
  const call = (what: string, ifEndless: FaultCode) => ({ label: `${label}.${what}`, ifEndless, maxMs });
  const asking = (what: string) => call(what, 'TL_SYSTEM_TIMEOUT');
  const { read, find, versionOf, bodyOf, entity } = resource;
  const sealWrite = (what: 'create' | 'update' | 'upsert' | 'delete') => {
    const write = resource[what];
    if (write === undefined) return {};
    const sealed: Write = async (items, signal) => {
      const given = await boundCall(call(what, 'TL_TARGET_UNKNOWN'), signal, (own) =>
        write.call(resource, items, own),
      );
      return checkResults(`${label}.${what}`, items.length, given);
    };
    return { [what]: sealed };
  };
  return {
    ...factsOf(resource),
    keyOf: (record) => soon(asking('keyOf'), () => resource.keyOf(record)),
    ...(versionOf && {
      versionOf: (record: unknown) => soon(asking('versionOf'), () => versionOf.call(resource, record)),
    }),
    ...(read && { read: (request: ReadRequest) => sealRead(asking('read'), request, read.bind(resource)) }),
    ...(find && {
      find: async (keys: readonly string[], signal: AbortSignal) => {
        const found = await boundCall(asking('find'), signal, (own) => find.call(resource, keys, own));
        return checkFound(`${label}.find`, keys, found);
      },
    }),
    ...(bodyOf && {
      bodyOf: (...args: Parameters<typeof bodyOf>) =>
        boundCall(asking('bodyOf'), undefined, () => bodyOf.apply(resource, args)),
    }),
    ...(entity && { entity: sealEntity(entity, asking('entity')) }),
    ...sealWrite('create'),
    ...sealWrite('update'),
    ...sealWrite('upsert'),
    ...sealWrite('delete'),
  };
}

/** What is no function; of an instance of a class as well as of a plain object. */
function factsOf(resource: Resource): Omit<Resource, 'keyOf'> {
  const { name, cursorTime, schema, isCreateRepeatable, replacing, bulkSize } = resource;
  return {
    name,
    ...(cursorTime && { cursorTime }),
    ...(schema && { schema }),
    ...(isCreateRepeatable && { isCreateRepeatable }),
    ...(replacing && { replacing }),
    ...(bulkSize !== undefined && { bulkSize }),
  };
}

type Bounds = Parameters<typeof boundCall>[0];

function sealEntity(entity: EntityMapping, bounds: Bounds): EntityMapping {
  const { from, to } = entity;
  return {
    ...entity,
    ...(from && {
      from: (record: unknown) => boundCall(bounds, undefined, () => from.call(entity, record)),
    }),
    ...(to && { to: (value: unknown) => boundCall(bounds, undefined, () => to.call(entity, value)) }),
  };
}

/** Page by page: each has its time, and a reading that is given up ends the connector's own loop. */
async function* sealRead(
  bounds: Bounds,
  request: ReadRequest,
  read: NonNullable<Resource['read']>,
): AsyncGenerator<Page> {
  const ending = new AbortController();
  const signal = AbortSignal.any([request.signal, ending.signal]);
  const pages = attempt(bounds, () => read({ ...request, signal })[Symbol.asyncIterator]());
  try {
    for (;;) {
      const next = await boundCall(bounds, request.signal, () => pages.next());
      if (next.done) return;
      const page = checkPage(bounds.label, next.value);
      const { done } = page;
      yield done ? { ...page, done: () => boundCall(bounds, undefined, () => done()) } : page;
    }
  } finally {
    ending.abort();
    // One that hangs is not waited for: nobody asks it for anything any more.
    void Promise.resolve(attempt(bounds, () => pages.return?.(undefined))).catch(() => {});
  }
}

/** At once where it can be had at once: this is asked of every record. */
function soon<Value>(bounds: Bounds, give: () => Value | Promise<Value>): Value | Promise<Value> {
  const value = attempt(bounds, give);
  return value instanceof Promise ? boundCall(bounds, undefined, () => value) : value;
}
