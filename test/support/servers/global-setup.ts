import type { TestProject } from 'vitest/node';
import { startTestRedis } from './queues.ts';
import { startTestPostgres } from './test-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL that tests make databases of their own in. */
    databaseUrl: string;
    /** A database in it with all tables, to be copied. */
    templateDatabase: string;
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
  project.provide('templateDatabase', postgres.template);
  project.provide('redisUrl', redis.url ?? '');
  if (redis.url === undefined)
    project.vitest.logger.log('Redis tests left out: no redis-server and no REDIS_URL');
  return async () => {
    await Promise.all([postgres.close(), redis.close()]);
  };
}
