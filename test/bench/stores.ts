import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../src/store/embedded/postgres-place.ts';
import { startTestRedis } from '../support/servers/queues.ts';
import { type ProcessTree, watchTree } from './proc.ts';

/** The real PostgreSQL and, where there is one, Redis that contenders keep their state in. */
export interface Stores {
  readonly redisUrl: string | undefined;
  /** An empty database of its own, and an empty Redis. */
  createDatabase(): Promise<{ readonly url: string; drop(): Promise<void> }>;
  /** Both together. */
  readonly processes: ProcessTree;
  close(): Promise<void>;
}

export async function startStores(): Promise<Stores> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-bench-'));
  const data = join(dir, 'postgres');
  const postgres = await startEmbeddedPostgres(data);
  const postgresPid = Number((await readFile(join(data, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const redis = await startTestRedis();
  const client = redis.url === undefined ? undefined : new Redis(redis.url);
  // One of yours may run elsewhere.
  const info = process.env['REDIS_URL'] ? undefined : await client?.info('server');
  const redisPid = /^process_id:(\d+)/m.exec(info ?? '')?.[1];
  const trees = [postgresPid, ...(redisPid === undefined ? [] : [Number(redisPid)])].map(watchTree);
  let nth = 0;
  return {
    redisUrl: redis.url,
    createDatabase: async () => {
      nth += 1;
      const name = `bench_${nth}`;
      await client?.flushall();
      await onServer(postgres.url, `create database ${name}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      const drop = async () => {
        await onServer(postgres.url, `drop database ${name} with (force)`);
        // What the one has left to be written must not slow down the next.
        await onServer(postgres.url, 'checkpoint');
      };
      return { url: url.href, drop };
    },
    processes: {
      cpuSeconds: () => trees.reduce((sum, tree) => sum + tree.cpuSeconds(), 0),
      memoryMb: () => trees.reduce((sum, tree) => sum + tree.memoryMb(), 0),
    },
    close: async () => {
      client?.disconnect();
      await redis.close();
      await postgres.close();
      await removePostgres(data);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
