import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import type { Database } from '../../../src/store/postgres/database.ts';
import { useDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';

const database = useDatabase();

test('a connection that breaks in a transaction fails the transaction, not the process', async () => {
  const { db } = database;
  const broken = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]?.pid ?? 0}, 5000)`.execute(db);
    await sql`select 1`.execute(tx);
  });
  await expect(broken).rejects.toMatchObject({ code: 'TL_STORE_UNAVAILABLE' });
  // The pool has another one.
  const { rows } = await sql`select 1 as one`.execute(db);
  expect(rows).toEqual([{ one: 1 }]);
});

test('a mistake in a statement is not taken for a database that is away', async () => {
  const mistaken = sql`select from nowhere`.execute(database.db);
  await expect(mistaken).rejects.toMatchObject({ code: '42P01' });
});

test('a reading outlasts a database that is away, and stages nothing twice that had arrived all the same', async () => {
  const plan = createPlan(
    createFakeSource([pageOf([{ key: 'R1' }], '1'), pageOf([{ key: 'R2' }, { key: 'R3' }], '2')]),
    createFakeTarget(['find', 'create', 'update']),
    { flow: 'read-outage', delivery: { batch: 1, lanes: 1 } },
  );
  const run = await createTestEngine(losingAnswers(database.db)).run(plan);
  expect(run).toMatchObject({ status: 'succeeded', counts: { read: 3, delivered: 3 } });
});

/** What stages records is carried out, and its answer is lost; then the server is away for two statements more. */
function losingAnswers(db: Database): Database {
  const outage = () => new Fault('TL_STORE_UNAVAILABLE', 'PostgreSQL does not answer');
  const staging = new Set<unknown>();
  let away = 0;
  return db.withPlugin({
    transformQuery: ({ node, queryId }) => {
      if (away-- > 0) throw outage();
      if (JSON.stringify(node).includes('insert into batches')) staging.add(queryId);
      return node;
    },
    transformResult: async ({ result, queryId }) => {
      if (!staging.delete(queryId)) return result;
      away = 2;
      throw outage();
    },
  });
}

test('a database that is away for a moment makes a batch wait, and fails no record', async () => {
  const tests = createTestEngine(database.db);
  // More often than a record has attempts.
  let outages = 5;
  const plan = createPlan(
    createFakeSource([pageOf([{ key: 'A' }])]),
    createFakeTarget(['find', 'create', 'update']),
    {
      flow: 'outage',
      steps: {
        map: async (value) => {
          if (outages-- > 0) throw new Fault('TL_STORE_UNAVAILABLE', 'PostgreSQL does not answer');
          return { value };
        },
      },
    },
  );
  const run = await tests.run(plan);
  expect(run).toMatchObject({ status: 'succeeded', counts: { read: 1, delivered: 1, failed: 0 } });
});
