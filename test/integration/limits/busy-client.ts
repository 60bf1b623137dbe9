import { createSharedLimits } from '../../../src/app/engine/shared-limits.ts';
import { createSecrets } from '../../../src/connect/answer/secrets.ts';
import { createHttpClient } from '../../../src/connect/http/create-http-client.ts';
import type { HttpClient } from '../../../src/connect/http/http-client.ts';
import { createReach } from '../../../src/connect/reach/reach.ts';
import type { ConnectionLimits } from '../../../src/contract/connector.ts';
import type { Database } from '../../../src/store/postgres/database.ts';

export interface BusyClient extends AsyncDisposable {
  /** Sends requests, so many at once, until it is to stop; resolves when the last one has been answered. */
  keepBusy(atOnce: number): void;
  send(): Promise<unknown>;
  stop(): Promise<void>;
  /** What went wrong. */
  readonly faults: readonly unknown[];
}

/** A client as an engine has one for a connection: its limits are shared over the database. */
export function openBusyClient(
  db: Database,
  options: { readonly url: string; readonly who: string; readonly limits: ConnectionLimits },
): BusyClient {
  const { url, who, limits } = options;
  const clock = { now: () => Date.now() };
  const client: HttpClient = createHttpClient({
    dialect: { connection: 'erp', rows: [], message: [], code: [], secrets: createSecrets() },
    access: { auth: { type: 'none' }, headers: {} },
    limits,
    timeoutsMs: {
      read: 30_000,
      find: 30_000,
      create: 30_000,
      update: 30_000,
      upsert: 30_000,
      delete: 30_000,
    },
    maxResponseBytes: 1_000_000,
    charset: 'utf-8',
    origin: new URL(url).origin,
    reach: createReach({ own: [url], allow: [] }),
    tools: {
      clock,
      log: { debug() {}, warn() {} },
      shared: createSharedLimits(db, who)('erp'),
    },
  });
  const stopping = new AbortController();
  const faults: unknown[] = [];
  const working: Promise<void>[] = [];
  const send = () =>
    client.send(
      {
        operation: 'read',
        idempotent: true,
        method: 'GET',
        url,
        headers: { 'x-client': who },
        body: undefined,
        expectsJson: true,
        label: 'GET /',
        at: undefined,
      },
      stopping.signal,
    );
  const work = async () => {
    while (!stopping.signal.aborted) {
      await send().catch((thrown: unknown) => {
        if (!stopping.signal.aborted) faults.push(thrown);
      });
    }
  };
  const end = async () => {
    stopping.abort();
    await Promise.all(working);
    await client.close();
  };
  let ending: Promise<void> | undefined;
  const stop = () => {
    ending ??= end();
    return ending;
  };
  return {
    keepBusy: (atOnce) => {
      working.push(...Array.from({ length: atOnce }, work));
    },
    send,
    stop,
    faults,
    [Symbol.asyncDispose]: stop,
  };
}
