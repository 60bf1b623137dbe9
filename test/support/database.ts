import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { present } from '../../src/contract/present.ts';
import { parseOperatorKeys } from '../../src/store/crypto/operator-keys.ts';
import { type Database, openDatabase } from '../../src/store/postgres/database.ts';
import { databaseUrl, onServer } from './servers/test-postgres.ts';

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
  const db = await openDatabase(url, { connections: 20, keys: keysOfAll });
  return {
    url,
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await onServer(server, [`drop database ${name} with (force)`]);
    },
  };
}

/** All tests over a database with a key: `TEST_ENCRYPTION_KEY=$(openssl rand -base64 32) npx vitest run …` */
const keysOfAll = parseOperatorKeys(
  [process.env['TEST_ENCRYPTION_KEY'] ?? []].flat().map((text) => ({ text, from: 'TEST_ENCRYPTION_KEY' })),
);

export type SharedDatabase = Pick<TestDatabase, 'db' | 'url'>;

/** One that the tests of a file share, or that each of them has for itself; there as soon as they begin. */
export function useDatabase(lasts: 'file' | 'test' = 'file'): SharedDatabase {
  let opened: TestDatabase | undefined;
  const [before, after] = lasts === 'file' ? [beforeAll, afterAll] : [beforeEach, afterEach];
  before(async () => {
    opened = await createTestDatabase();
  });
  after(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  const found = () => present(opened, 'the database of the tests');
  return {
    get db() {
      return found().db;
    },
    get url() {
      return found().url;
    },
  };
}
