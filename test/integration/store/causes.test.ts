import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { fillErrors } from '../../../src/store/errors/fill-errors.ts';
import { type KeptLetter, keepErrors } from '../../../src/store/errors/keep-errors.ts';
import { reopenErrors } from '../../../src/store/errors/replays.ts';
import { meetCauses } from '../../../src/store/errors/take-causes.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase('test');
beforeEach(async () => {
  await sql`insert into runs (flow, trigger, status) values ('orders', 'manual', 'errors')`.execute(
    database.db,
  );
});

function letter(key: string, country: string, given: Partial<KeptLetter> = {}): KeptLetter {
  return {
    runId: 1,
    record: { key, native: { number: key, country } },
    stage: 'map',
    code: 'TL_MAP_FAILED',
    message: `$lookup: the table "countries" has no row for ${JSON.stringify(country)} (flows/orders.yaml:14:9)`,
    at: 'flows/orders.yaml:14:9',
    about: { table: 'countries', value: country },
    answer: undefined,
    attempts: 1,
    source: `source of ${key}`,
    replaces: true,
    ...given,
  };
}

async function causes() {
  const { rows } = await sql<{ id: number; message: string; at: string; path: string; count: number }>`
    select causes.id, causes.message, causes.at, path, count(errors.id)::int as count
    from causes left join errors on cause_id = causes.id group by causes.id order by causes.id`.execute(
    database.db,
  );
  return rows;
}

test('errors that differ in their values have one cause, those of another place another', async () => {
  await keepErrors(database.db, 'orders', [letter('A-1', 'Germany'), letter('A-2', 'Österreich')]);
  await keepErrors(database.db, 'orders', [
    letter('A-3', 'Germany'),
    letter('A-4', 'Germany', { at: 'flows/orders.yaml:20:9', message: 'no row for "Germany"' }),
    letter('A-5', 'Germany', { about: { path: 'lines[3].country' }, message: 'no row for "Germany"' }),
    letter('A-6', 'Germany', { about: { path: 'lines[7].country' }, message: 'no row for "Germany"' }),
  ]);
  await keepErrors(database.db, 'others', [letter('A-1', 'Germany')]);
  expect(await causes()).toMatchObject([
    {
      message: '$lookup: the table "countries" has no row for "…"',
      ...{ at: 'flows/orders.yaml:14', path: '', count: 3 },
    },
    { at: 'flows/orders.yaml:20', path: '', count: 1 },
    { at: 'flows/orders.yaml:14', path: 'lines[].country', count: 2 },
    { at: 'flows/orders.yaml:14', count: 1 },
  ]);
});

test('an error that fails for another reason in its turn has another cause from then on', async () => {
  await keepErrors(database.db, 'orders', [letter('A-1', 'Germany'), letter('A-2', 'Germany')]);
  await keepErrors(database.db, 'orders', [letter('A-1', 'Germany', { message: 'the ERP is closed' })]);
  expect((await causes()).map(({ count }) => count)).toEqual([1, 1]);
  await reopenErrors(database.db, 'orders', [
    { ...letter('A-2', 'Germany', { message: 'the ERP is closed' }), id: 2 },
  ]);
  expect((await causes()).map(({ count }) => count)).toEqual([0, 2]);
});

test('processes that meet a new cause at one moment keep it once', async () => {
  const lanes = Array.from({ length: 12 }, (_, nth) =>
    keepErrors(database.db, 'orders', [
      letter(`A-${nth}`, 'Germany'),
      letter(`B-${nth}`, 'x', { code: 'OTHER' }),
    ]),
  );
  await Promise.all(lanes);
  expect((await causes()).map(({ count }) => count)).toEqual([12, 12]);
});

test('processes that meet the same new causes in records and in replays do not wait for each other', async () => {
  const keys = Array.from({ length: 12 }, (_, nth) => `A-${nth}`);
  await keepErrors(
    database.db,
    'orders',
    keys.map((key) => letter(key, 'Germany')),
  );
  const reasons = ['the ERP is closed', 'the order is posted'] as const;
  let begun = 0;
  const all = Promise.withResolvers<void>();
  const lanes = keys.map((key, nth) => {
    const [message, other] = nth % 2 === 0 ? reasons : reasons.toReversed();
    const first = [letter(`B-${key}`, 'Germany', { message: `${message}` })];
    const reopened = [{ ...letter(key, 'Germany', { message: `${other}` }), id: nth + 1 }];
    return database.db.transaction().execute(async (tx) => {
      // Not one is through before the others have a connection.
      await sql`select 1`.execute(tx);
      begun += 1;
      if (begun === keys.length) all.resolve();
      await all.promise;
      await meetCauses(tx, 'orders', first, reopened);
      await keepErrors(tx, 'orders', first);
      await reopenErrors(tx, 'orders', reopened);
    });
  });
  await Promise.all(lanes);
  expect((await causes()).map(({ count }) => count)).toEqual([0, 12, 12]);
});

test('errors of an older version are given theirs', async () => {
  const raw = { raw: '{"id": "A-5",', record: undefined, about: undefined } as const;
  await keepErrors(database.db, 'orders', [letter('A-1', 'Germany'), letter('A-2', 'Germany', raw)]);
  const before = await sql`select cause_id, gaps, terms from errors order by id`.execute(database.db);
  await sql`update errors set cause_id = null, gaps = '[]', terms = '{}', about = null`.execute(database.db);
  await fillErrors(database.db);
  const after = await sql`select gaps, terms from errors order by id`.execute(database.db);
  expect(after.rows).toMatchObject([{ gaps: ['countries', 'Germany'] }, { gaps: ['countries', 'Germany'] }]);
  expect(after.rows.map((row) => (row as { terms: unknown }).terms)).toEqual(
    before.rows.map((row) => (row as { terms: unknown }).terms),
  );
});
