import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRunNotices, type RunNotices } from '../../../src/app/notices/run-notices.ts';
import { followRun } from '../../../src/app/runs/follow/follow-run.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createPlan, createTestEngine } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';
import { startWorking } from '../../support/working-engine.ts';

/** Longer than a test may take: what is waited for has to be heard. */
const never = new AbortController().signal;
const long = 600_000;

let test: TestDatabase;
let otherDb: Database;
let here: RunNotices;
let there: RunNotices;

beforeAll(async () => {
  test = await createTestDatabase();
  otherDb = await openDatabase(test.url, { connections: 3 });
  here = createRunNotices({ db: test.db, url: test.url, owner: 'here' });
  there = createRunNotices({ db: otherDb, url: test.url, owner: 'there' });
});

afterAll(async () => {
  await Promise.all([here.close(), there.close()]);
  await otherDb.destroy();
  await test[Symbol.asyncDispose]();
});

it('tells a follower in one process of what another one records', async () => {
  const following = there.follow([5]);
  // The first return says that it hears from here on: something may have been told before.
  await following.next(long, never);
  here.recorded([4, 5]);
  await following.next(long, never);
  here.turned(5);
  await following.next(long, never);
  following.close();
});

it('tells nobody of runs that he does not follow', async () => {
  const [following, all] = [there.follow([7]), there.follow('all')];
  here.turned(8);
  await all.next(long, never);
  const stopping = new AbortController();
  const next = following.next(long, stopping.signal).then(() => 'returned');
  here.turned(9);
  await all.next(long, never);
  expect(await Promise.race([next, Promise.resolve('waits')])).toBe('waits');
  stopping.abort();
  await next;
  following.close();
  all.close();
});

it('hears again after its connection has broken', async () => {
  const following = there.follow([6]);
  const kill = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pg_terminate_backend(pid), pid from pg_stat_activity
      where query like 'listen %' and datname = current_database()`.execute(test.db);
    return rows.length;
  };
  expect(await kill()).toBeGreaterThan(0);
  // What was told meanwhile is lost, and the new connection says so.
  await following.next(long, never);
  here.recorded([6]);
  await following.next(long, never);
  following.close();
});

it('follows a run that another process works to its end', async () => {
  const { engine, add } = createTestEngine(test.db);
  const source = createFakeSource([
    pageOf(Array.from({ length: 20 }, (_, index) => ({ key: String(index) }))),
  ]);
  const plan = createPlan(source, createFakeTarget(['create', 'upsert']));
  add(plan);
  const id = await startRun(engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
  const shown: string[] = [];
  const followed = followRun({ engine: { ...engine, db: otherDb }, notices: there }, id, {
    show: ({ status }) => shown.push(status),
    stop: never,
  });
  const working = startWorking({ ...engine, tell: here });
  const { document } = await followed;
  await working.stop();
  expect(document).toMatchObject({ status: 'succeeded', counts: { read: 20, delivered: 20 } });
  expect(shown.at(-1)).toBe('succeeded');
});
