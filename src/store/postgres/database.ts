import {
  type Kysely,
  Kysely as KyselyDatabase,
  PostgresAdapter,
  PostgresDialect,
  type PostgresPoolClient,
} from 'kysely';
import pg from 'pg';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { Keyring } from '../crypto/keyring.ts';
import { openRows, sealParameters } from '../crypto/open-rows.ts';
import type { OperatorKey } from '../crypto/operator-keys.ts';
import { createStatementNames, isNameLost, type StatementNames } from './planned-once.ts';

/** Statements are written out with `sql`, one a function, so the tables need no types of their own here. */
// biome-ignore lint/complexity/noBannedTypes: an empty schema is what Kysely takes where no builder is used
export type Database = Kysely<{}>;

// int8 comes as text, since it can exceed what a number holds exactly. Ids and counts of ours do not.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export interface DatabaseOptions {
  readonly connections: number;
  /** The server itself refuses whatever would change something. */
  readonly access?: 'readOnly';
  /** With any, values of payloads are sealed before they are sent, and opened as they come. The first wraps what is new. */
  readonly keys?: readonly OperatorKey[];
}

/** A pool of connections to PostgreSQL. `close()` it with `database.destroy()`. */
export async function openDatabase(url: string, options: DatabaseOptions): Promise<Database> {
  const pool = openPool(url, options);
  const keyPool = options.keys?.length ? openPool(url, { ...options, connections: 1 }) : undefined;
  const keyring =
    keyPool && new Keyring(options.keys ?? [], (text, values) => askKeys(keyPool, text, values));
  let nameOf = createStatementNames();
  // Over a pooler that knows no names, each statement is planned each time.
  const onNameLost = () => {
    nameOf = () => undefined;
  };
  const named = {
    options: pool.options,
    connect: async () =>
      wrapClient(await pool.connect().catch(throwOutage), {
        nameOf: (text) => nameOf(text),
        onNameLost,
        keyring,
      }),
    end: async () => {
      await Promise.all([pool.end(), keyPool?.end()]);
    },
  };
  const database: Database = new KyselyDatabase({ dialect: new KeyedDialect(named, keyring) });
  pools.set(database, pool);
  try {
    await pool.query('select 1');
  } catch (cause) {
    await database.destroy();
    throw toOutage(cause);
  }
  return database;
}

/** The keys that a database was opened with; the same in its transactions. `undefined`: with none. */
export function keyringOf(db: Database): Keyring | undefined {
  const { adapter } = db.getExecutor();
  return adapter instanceof KeyedAdapter ? adapter.keyring : undefined;
}

class KeyedDialect extends PostgresDialect {
  readonly #keyring: Keyring | undefined;

  constructor(pool: ConstructorParameters<typeof PostgresDialect>[0]['pool'], keyring: Keyring | undefined) {
    super({ pool });
    this.#keyring = keyring;
  }

  override createAdapter(): KeyedAdapter {
    return new KeyedAdapter(this.#keyring);
  }
}

class KeyedAdapter extends PostgresAdapter {
  readonly keyring: Keyring | undefined;

  constructor(keyring: Keyring | undefined) {
    super();
    this.keyring = keyring;
  }
}

function openPool(url: string, { connections, access }: DatabaseOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    // All tables lie in a schema of their own, so that a shared database stays tidy.
    options: `-c search_path=tradelane${access === 'readOnly' ? ' -c default_transaction_read_only=on' : ''}`,
  });
  // An idle client whose server went away: the pool replaces it, the next statement meets the real trouble.
  pool.on('error', () => {});
  // One in use: its statement fails. Without a listener of its own, the event would end the process as well.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function askKeys(pool: pg.Pool, text: string, values: readonly unknown[]): Promise<readonly unknown[]> {
  return (await pool.query(text, [...values]).catch(throwOutage)).rows;
}

/** How the connections of a pool are used at this moment. */
export function poolUseOf(database: Database): {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
} {
  const { totalCount, idleCount, waitingCount } = present(pools.get(database), 'the pool of a database');
  return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

const pools = new WeakMap<Database, pg.Pool>();

interface Wrapping {
  readonly nameOf: StatementNames;
  readonly onNameLost: () => void;
  readonly keyring: Keyring | undefined;
}

/**
 * What every statement passes: values of payloads are sealed and opened here and nowhere else, and a server that is away
 * is no defect of ours: what meets it waits.
 */
function wrapClient(client: pg.PoolClient, { nameOf, onNameLost, keyring }: Wrapping): PostgresPoolClient {
  const query = async (text: string, given: readonly unknown[]) => {
    const name = nameOf(text);
    const values = [...(await sealParameters(given, keyring))];
    const result = await client.query({ ...(name && { name }), text, values }).catch((thrown) => {
      if (isNameLost(thrown)) onNameLost();
      throwOutage(thrown);
    });
    if (keyring) await openRows(result, keyring);
    return result;
  };
  // Cursors, the other form of `query`, are not used here.
  return { query, release: () => client.release() } as unknown as PostgresPoolClient;
}

function throwOutage(thrown: unknown): never {
  throw isOutage(thrown) ? toOutage(thrown) : thrown;
}

/**
 * Without an SQLSTATE of five characters it is the connection that broke. Classes 08 connection, 53 out of resources
 * (a full disk), 57 the operator stopped it; 40 would have to wait for another transaction. A statement whose name got
 * lost is sent without one the next time.
 */
function isOutage(thrown: unknown): boolean {
  const { code } = thrown as { code?: unknown };
  if (thrown instanceof AggregateError || typeof code !== 'string') return true;
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|40|53|57)/.test(code) || isNameLost(thrown);
}

function toOutage(cause: unknown): Fault {
  return new Fault('TL_STORE_UNAVAILABLE', `PostgreSQL does not answer: ${reasonOf(cause)}`, { cause });
}

function reasonOf(thrown: unknown): string {
  // A refused connection to a name with several addresses comes as an AggregateError without a message.
  if (thrown instanceof AggregateError) return thrown.errors.map(reasonOf).join(', ');
  return thrown instanceof Error ? thrown.message : String(thrown);
}
