import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../../src/store/embedded/postgres-place.ts';
import { openDatabase } from '../../../src/store/postgres/database.ts';
import { migrate } from '../../../src/store/postgres/migrate.ts';

/** The PostgreSQL of a test run. */
export interface TestPostgres {
  readonly url: string;
  /** A database in it that was migrated once: copied, it costs a test some milliseconds instead of all migrations. */
  readonly template: string;
  close(): Promise<void>;
}

/** Yours, if TEST_DATABASE_URL is set, else an embedded one that is gone when the tests are over. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const yours = process.env['TEST_DATABASE_URL'];
  const server = yours ? { url: yours, close: async () => {} } : await startOwn();
  const template = `test_template_${randomUUID().replaceAll('-', '')}`;
  await onServer(server.url, [`create database ${template}`]);
  const db = await openDatabase(databaseUrl(server.url, template), { connections: 1 });
  await migrate(db);
  await db.destroy();
  return {
    url: server.url,
    template,
    close: async () => {
      await onServer(server.url, [`drop database ${template}`]);
      await server.close();
    },
  };
}

/** The address of another database of the same server. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Carries statements out in the database that the server's address names. */
export async function onServer(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** What a crash of the machine would cost, no test looks at: those of a server that dies start servers of their own. */
const fast = ['fsync', 'synchronous_commit', 'full_page_writes'];

async function startOwn(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-test-'));
  const { url, close } = await startEmbeddedPostgres(join(dir, 'postgres'));
  await onServer(url, [
    ...fast.map((setting) => `alter system set ${setting} = off`),
    'select pg_reload_conf()',
  ]);
  return {
    url,
    close: async () => {
      await close();
      await removePostgres(join(dir, 'postgres'));
      await rm(dir, { recursive: true, force: true });
    },
  };
}
