import { sql } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';

/** A notice of more bytes than this PostgreSQL refuses (postgresql.org/docs/current/sql-notify.html). */
export const maxNoticeBytes = 7_999;

/**
 * Informs who listens, in whatever process. By itself, never within a transaction that has other things to do: what
 * commits with a notice waits for a lock that all of a server's notices share.
 */
export async function sendNotice(db: Database, channel: string, text: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${text})`.execute(db);
}

export interface OpenListener {
  close(): Promise<void>;
}

export interface Listener {
  heard(text: string): void;
  /** From here on nothing is missed; what was told before may have been. */
  connected(): void;
}

/**
 * Hears what is told over a channel, on a connection of its own for as long as it takes. One that breaks is made again.
 * A pooler that gives a session to others between two statements swallows all of it: nobody may rely on hearing.
 */
export function listen(url: string, channel: string, listener: Listener): OpenListener {
  let client: pg.Client | undefined;
  let again: NodeJS.Timeout | undefined;
  let isClosed = false;
  const retry = () => {
    if (isClosed || again !== undefined) return;
    again = setTimeout(() => {
      again = undefined;
      void connect();
    }, againMs);
  };
  const connect = async () => {
    const fresh = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000, keepAlive: true });
    client = fresh;
    // What breaks it ends it as well.
    fresh.on('error', () => {});
    fresh.on('end', retry);
    fresh.on('notification', ({ payload = '' }) => listener.heard(payload));
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      if (isClosed) await fresh.end();
      else listener.connected();
    } catch {
      // The database is away, which everybody finds out who asks it something. Nobody relies on hearing.
      fresh.end().catch(() => {});
      retry();
    }
  };
  void connect();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(again);
      if (client) await within(goodbyeMs, client.end());
    },
  };
}

/** From a connection that broke to the next. */
const againMs = 2_000;
/** A server that is gone says no goodbye. */
const goodbyeMs = 1_000;

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => {}), timeout]);
  clearTimeout(timer);
}
