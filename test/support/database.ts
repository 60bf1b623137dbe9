import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/postgres/database.ts';
import { databaseUrl, onServer } from './test-postgres.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly db: Database;
}

/** A database of the test's own, with all tables, gone when the test is over. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('databaseUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, [`create database ${name} template ${inject('templateDatabase')}`]);
  const url = databaseUrl(server, name);
  const db = await openDatabase(url, { connections: 20 });
  return {
    url,
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await onServer(server, [`drop database ${name} with (force)`]);
    },
  };
}
