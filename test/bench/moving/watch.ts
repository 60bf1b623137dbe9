import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import type { Database } from '../../../src/store/postgres/database.ts';

/** What others notice while rows are moved: in milliseconds, each the longest so far. */
export interface Noticed {
  /** A transaction that holds locks. */
  transaction: number;
  /** Somebody waits for a lock; who only waits for the end of the move does not count. */
  lockWait: number;
  /** A worker of an earlier version is told that it has to wait. */
  refusal: number;
  /** A run is written down, and its row changed. */
  otherWork: number;
  /** So often everything was looked at. */
  looks: number;
}

/** Looks ten times a second, over connections of its own, until it is ended. */
export function watchOthers(db: Database): { readonly noticed: Noticed; end(): Promise<void> } {
  const noticed: Noticed = { transaction: 0, lockWait: 0, refusal: 0, otherWork: 0, looks: 0 };
  let isOver = false;
  const watch = async () => {
    while (!isOver) {
      try {
        await look(db, noticed);
      } catch {
        // The server has been killed, and is on its way back.
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const watching = watch();
  return {
    noticed,
    end: async () => {
      isOver = true;
      await watching;
    },
  };
}

async function look(db: Database, noticed: Noticed): Promise<void> {
  const { rows } = await sql<{ transaction: number; lock_wait: number }>`
    select coalesce((
             select max(extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
               and backend_type = 'client backend' and wait_event_type is distinct from 'Lock'
           ), 0) as transaction,
           coalesce((
             select max(extract(epoch from clock_timestamp() - waitstart) * 1000)::float8 from pg_locks
             where not granted and locktype <> 'advisory'
           ), 0) as lock_wait`.execute(db);
  noticed.transaction = Math.max(noticed.transaction, rows[0]?.transaction ?? 0);
  noticed.lockWait = Math.max(noticed.lockWait, rows[0]?.lock_wait ?? 0);
  const refusal = await msOf(() => expectRefusal(db));
  const otherWork = await msOf(() =>
    sql`insert into runs (flow, trigger, status) values ('other', 'manual', 'succeeded')`.execute(db),
  );
  noticed.refusal = Math.max(noticed.refusal, refusal);
  noticed.otherWork = Math.max(noticed.otherWork, otherWork);
  noticed.looks += 1;
}

async function expectRefusal(db: Database): Promise<void> {
  const outcome = await sql`select key from deliveries where flow = 'prices' and key = 'SKU-1'`
    .execute(db)
    .then(
      () => 'an answer',
      (thrown: Error) => thrown.message,
    );
  if (!/of a later version|does not answer/.test(outcome)) throw new Error(`no refusal, but ${outcome}`);
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
