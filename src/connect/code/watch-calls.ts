import type { ConnectionWatch, WatchedOperation } from '../../contract/connection-watch.ts';
import type {
  Connector,
  OpenConnection,
  Page,
  ReadRequest,
  Resource,
  Write,
} from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';

/**
 * A connector in code whose calls are measured, where somebody wants to know: it has no client of ours that would tell of
 * its requests. A call that writes is as good as the first of its items that is not.
 */
export function watchCalls(connector: Connector): Connector {
  return {
    ...connector,
    open(settings, { watch, ...tools }) {
      const opened = connector.open(settings, tools);
      return watch === undefined ? opened : watchConnection(opened, watch);
    },
  };
}

function watchConnection(opened: OpenConnection, watch: ConnectionWatch): OpenConnection {
  const resources = Object.entries(opened.resources).map(
    ([name, resource]) => [name, watchResource(resource, watch)] as const,
  );
  return { ...opened, resources: Object.fromEntries(resources) };
}

/** What a resource can do is said by which functions it has, so none is added. */
function watchResource(resource: Resource, watch: ConnectionWatch): Resource {
  const { read, find } = resource;
  const writes = (['create', 'update', 'upsert', 'delete'] as const).flatMap((operation) => {
    const write = resource[operation];
    return write === undefined
      ? []
      : [[operation, watchWrite(operation, write.bind(resource), watch)] as const];
  });
  return {
    ...resource,
    ...(read && { read: (request: ReadRequest) => watchPages(read.call(resource, request), request, watch) }),
    ...(find && {
      find: (keys: readonly string[], signal: AbortSignal) =>
        measure('find', { watch, signal }, () => find.call(resource, keys, signal)),
    }),
    ...Object.fromEntries(writes),
  };
}

function watchWrite(operation: WatchedOperation, write: Write, watch: ConnectionWatch): Write {
  return async (items, signal) => {
    const startedAt = performance.now();
    const results = await measureFailure(operation, { watch, signal }, startedAt, () => write(items, signal));
    const failed = results.find((result) => !result.ok);
    const result = failed === undefined || failed.ok ? 'ok' : failed.fault.kind;
    watch.attempted(operation, result, performance.now() - startedAt);
    return results;
  };
}

interface Watching {
  readonly watch: ConnectionWatch;
  readonly signal: AbortSignal;
}

async function measure<Result>(
  operation: WatchedOperation,
  watching: Watching,
  call: () => Promise<Result>,
): Promise<Result> {
  const startedAt = performance.now();
  const result = await measureFailure(operation, watching, startedAt, call);
  watching.watch.attempted(operation, 'ok', performance.now() - startedAt);
  return result;
}

/** One that was called off from our side says nothing of the system. */
async function measureFailure<Result>(
  operation: WatchedOperation,
  { watch, signal }: Watching,
  startedAt: number,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (thrown) {
    if (!signal.aborted) watch.attempted(operation, toFault(thrown).kind, performance.now() - startedAt);
    throw thrown;
  }
}

/** Page by page: what is done with one before the next is asked for does not count. */
async function* watchPages(
  pages: AsyncIterable<Page>,
  { signal }: ReadRequest,
  watch: ConnectionWatch,
): AsyncGenerator<Page, void, undefined> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const startedAt = performance.now();
      const next = await measureFailure('read', { watch, signal }, startedAt, () => iterator.next());
      if (next.done) return;
      watch.attempted('read', 'ok', performance.now() - startedAt);
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
