import { spawn } from 'node:child_process';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { placePostgres } from '../../../src/store/embedded/postgres-place.ts';
import { until } from '../../support/until.ts';
import { freePort } from './free-port.ts';

/** A PostgreSQL that can be taken away and brought back, on the same data and the same port. */
export interface PostgresServer {
  readonly url: string;
  start(): Promise<void>;
  /** An immediate stop: every connection ends, nothing is written down any more. */
  stop(): Promise<void>;
  /** A connection of the caller's own, for one thing. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** `dir` must be one that the account which PostgreSQL runs as can pass through (0711). */
export async function createPostgresServer(dir: string): Promise<PostgresServer> {
  const place = await placePostgres(join(dir, 'postgres'));
  const port = await freePort();
  const url = `postgres://tradelane:chaos@127.0.0.1:${port}/postgres`;
  const run = (program: string, args: readonly string[]) =>
    spawn(join(place.binDir, program), args, { ...place.owner, cwd: '/', stdio: 'ignore' });

  const passwordFile = join(place.stateDir, 'password');
  await mkdir(place.dataDir, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, 'chaos\n', { mode: 0o600 });
  if (place.owner) {
    for (const path of [place.dataDir, passwordFile]) await chown(path, place.owner.uid, place.owner.gid);
  }
  const account = ['--username=tradelane', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const initdb = run('initdb', [`--pgdata=${place.dataDir}`, ...account, '--encoding=UTF8', '--locale=C']);
  await new Promise((resolve) => initdb.on('close', resolve));

  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
  ];
  let server: ReturnType<typeof run> | undefined;
  const self: PostgresServer = {
    url,
    start: async () => {
      server = run('postgres', ['-D', place.dataDir, ...settings.flatMap((setting) => ['-c', setting])]);
      await until(() => self.query('select 1'), { timeoutMs: 60_000, what: 'PostgreSQL' });
    },
    stop: async () => {
      const stopping = server;
      server = undefined;
      if (!stopping || stopping.exitCode !== null) return;
      const gone = new Promise((resolve) => stopping.on('exit', resolve));
      stopping.kill('SIGQUIT');
      await gone;
    },
    query: async (text, values = []) => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
      client.on('error', () => {});
      try {
        await client.connect();
        return (await client.query(text, [...values])).rows;
      } finally {
        await client.end().catch(() => {});
      }
    },
  };
  return self;
}
