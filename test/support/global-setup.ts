import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../src/store/embedded/postgres-place.ts';
import { startTestRedis } from './queues.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL that tests make databases of their own in. */
    databaseUrl: string;
    /** A Redis; empty where there is none, and the tests that need one are left out. */
    redisUrl: string;
  }
}

/**
 * One PostgreSQL for all test files: yours, if TEST_DATABASE_URL is set, else an embedded one. One Redis: yours, if
 * REDIS_URL is set, else one of our own, if the program is there.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  project.provide('databaseUrl', postgres.url);
  project.provide('redisUrl', redis.url ?? '');
  if (redis.url === undefined)
    project.vitest.logger.log('Redis tests left out: no redis-server and no REDIS_URL');
  return async () => {
    await Promise.all([postgres.close(), redis.close()]);
  };
}

async function startTestPostgres(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const yours = process.env['TEST_DATABASE_URL'];
  if (yours) return { url: yours, close: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-test-'));
  const { url, close } = await startEmbeddedPostgres(join(dir, 'postgres'));
  return {
    url,
    close: async () => {
      await close();
      await removePostgres(join(dir, 'postgres'));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
