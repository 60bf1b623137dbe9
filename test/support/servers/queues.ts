import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { QueueBackend } from '../../../src/queue/backend.ts';
import type { TestDatabase } from '../database.ts';

export interface TestRedis {
  /** `undefined` where there is neither a server nor a program to start one. */
  readonly url: string | undefined;
  close(): Promise<void>;
}

/** Yours, if REDIS_URL is set, else one of our own, gone when the tests are over. */
export async function startTestRedis(): Promise<TestRedis> {
  const yours = process.env['REDIS_URL'];
  if (yours) return { url: yours, close: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-redis-'));
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('sh', ['-c', untilWeAreGone, 'sh', ...flags, '--dir', dir], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  server.stdin.on('error', () => {});
  const gone = new Promise<void>((resolve) => {
    server.on('error', () => resolve());
    server.on('exit', () => resolve());
  });
  const ready = new Promise<true>((resolve) => {
    server.stdout.on('data', (said: Buffer) => {
      if (said.toString().includes('Ready to accept connections')) resolve(true);
    });
  });
  const isReady = (await Promise.race([ready, gone, setTimeout(10_000, undefined, { ref: false })])) === true;
  return {
    url: isReady ? `redis://127.0.0.1:${port}` : undefined,
    close: async () => {
      server.stdin.end();
      await gone;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Its input ends with this process, however that ends: no server is left behind by tests that were killed. */
const untilWeAreGone = 'command -v redis-server >&2 || exit; redis-server "$@" & cat >&2; kill $!; wait';

/** A queue of the test's own. */
export interface TestQueue extends AsyncDisposable {
  readonly backend: QueueBackend;
  readonly troubles: readonly string[];
  /** Every job is gone, as after a FLUSHALL. */
  wipe(): Promise<void>;
}

export function createTestQueue(
  kind: QueueBackend['kind'],
  { database, redisUrl }: { readonly database: TestDatabase; readonly redisUrl: string },
): TestQueue {
  const prefix = `test_${randomUUID().slice(0, 8)}`;
  const troubles: string[] = [];
  const backend: QueueBackend = {
    kind,
    url: kind === 'redis' ? redisUrl : database.url,
    prefix,
    onError: ({ message }) => troubles.push(message),
  };
  const wipe = () =>
    kind === 'redis' ? wipeRedis(redisUrl, prefix) : wipePostgres(database, `${prefix}_queue`);
  return { backend, troubles, wipe, [Symbol.asyncDispose]: wipe };
}

async function wipeRedis(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys(`${prefix}:*`);
    if (keys.length > 0) await redis.del(...keys);
  } finally {
    redis.disconnect();
  }
}

async function wipePostgres({ db }: TestDatabase, schema: string): Promise<void> {
  const { rows } = await sql<{ tablename: string }>`
    select tablename from pg_tables where schemaname = ${schema} and tablename not like '%migration%'`.execute(
    db,
  );
  for (const { tablename } of rows)
    await sql`truncate ${sql.table(`${schema}.${tablename}`)} cascade`.execute(db);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
