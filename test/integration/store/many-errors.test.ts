import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { pageCauses } from '../../../src/app/errors/causes.ts';
import { openStates } from '../../../src/app/errors/error-filter.ts';
import { pageErrors } from '../../../src/app/errors/list-errors.ts';
import { findError } from '../../../src/app/errors/show-error.ts';
import type { OpenDatabase } from '../../../src/app/open/open-database.ts';
import { termOf } from '../../../src/contract/text/search-terms.ts';
import { countStates, listCauses } from '../../../src/store/errors/causes.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { findErrorsWith } from '../../../src/store/journey/errors-with.ts';
import type { Database } from '../../../src/store/postgres/database.ts';
import { pack } from '../../../src/store/postgres/packed.ts';
import { useDatabase } from '../../support/database.ts';
import { explain, refreshStatistics } from '../../support/explain.ts';

const database = useDatabase();
let open: OpenDatabase;

/** 100,000 errors of 200 causes; of each record only its key, an e-mail address and a country are kept. */
beforeAll(async () => {
  open = { db: database.db, clock: { now: () => Date.now() } } as unknown as OpenDatabase;
  const wanted = { key: 'K-70001', native: { email: 'anna@example.org' } };
  for (const statement of [
    sql`insert into runs (flow, trigger, status) values ('orders', 'manual', 'errors')`,
    sql`insert into causes (flow, code, stage, path, at, message)
        select 'flow ' || n % 20, 'TL_MAP_FAILED', 'map', '', 'flows/f.yaml:' || n, 'no row for "…"'
        from generate_series(1, 200) as n`,
    sql`insert into errors (flow, run_id, key, stage, code, message, payload, state, cause_id, gaps, terms, assignee,
                            created_at)
        select 'flow ' || (n % 200 + 1) % 20, 1, 'K-' || n, 'map', 'TL_MAP_FAILED', 'no row for "x"', ${pack('error', wanted)},
               case when n % 10 = 0 then 'resolved' else 'open' end, n % 200 + 1, '["Germany"]',
               array[n, n + 100000, case when n = 70001 then ${(termOf('anna@example.org') ?? 0) | 0} else -n end],
               case when n % 1000 = 1 then 'anna' end, now() - n * interval '1 second'
        from generate_series(1, 100000) as n`,
    sql`analyze errors`,
  ])
    await statement.execute(database.db);
}, 120_000);

const asked = [
  ['causes', () => pageCauses(open, {}, { limit: 50 })],
  ['causes of a flow', () => pageCauses(open, { flow: 'flow 3' }, { limit: 50 })],
  ['errors', () => pageErrors(open, { states: openStates }, { limit: 50 })],
  ['errors of a cause', () => pageErrors(open, { causes: [77], states: openStates }, { limit: 50 })],
  ['errors of an assignee', () => pageErrors(open, { assignee: 'anna', states: openStates }, { limit: 50 })],
  [
    'errors of a text',
    () => pageErrors(open, { text: 'Anna@example.org', states: openStates }, { limit: 50 }),
  ],
  ['an error by a text', () => findError(open, 'anna@example.org')],
] as const;

test.for(asked)('of 100,000 errors, %s are found by index', async ([name, ask]) => {
  await ask();
  const began = process.hrtime.bigint();
  expect(await ask()).toBeDefined();
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  // What is promised is 200 ms; a machine that is busy is given more. Looking through all records takes many seconds.
  expect(ms, name).toBeLessThan(2_000);
  if (process.env['SHOW_TIMES']) process.stderr.write(`${name}: ${Math.round(ms)} ms\n`);
});

test('the statements go by the indexes that are there for them', async () => {
  await refreshStatistics(database.db, ['errors', 'causes']);
  const states = openStates;
  const plans = [
    ['errors_by_cause', (db) => listCauses(db, {}, { states, limit: 50 })],
    ['errors_by_cause', (db) => countStates(db, 77)],
    ['errors_terms', (db) => findErrorsWith(db, { text: 'anna@example.org', flows: 'all' }, 10)],
    ['errors_found_by_key', (db) => listErrors(db, { key: 'K-70001', states, limit: 50 })],
  ] as const satisfies readonly (readonly [string, (db: Database) => Promise<unknown>])[];
  for (const [index, run] of plans) {
    const { scans } = await explain(database.db, run);
    expect(scans.join(', ')).toContain(index);
    expect(scans).not.toContain('Seq Scan on errors');
  }
});
