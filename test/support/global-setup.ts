import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A PostgreSQL that tests make databases of their own in. */
    databaseUrl: string;
  }
}

/** One PostgreSQL for all test files: yours, if TEST_DATABASE_URL is set, else an embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const yours = process.env['TEST_DATABASE_URL'];
  if (yours) {
    project.provide('databaseUrl', yours);
    return async () => {};
  }
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-test-'));
  // Root's PostgreSQL runs as another account, which has to pass through.
  await chmod(dir, 0o711);
  const postgres = await startEmbeddedPostgres(join(dir, 'postgres'));
  project.provide('databaseUrl', postgres.url);
  return async () => {
    await postgres.close();
    await rm(dir, { recursive: true, force: true });
  };
}
