import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { findUnsure } from '../../../src/store/line/find-unsure.ts';
import { useDatabase } from '../../support/database.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

/** What the database says of records that may be as they were delivered, beside the same rule in a few lines. */

const database = useDatabase();
const run = { flow: 'prices', runId: 2 };

beforeAll(async () => {
  await sql`insert into key_spaces (flow) values ('prices'), ('others')`.execute(database.db);
  await sql`
    insert into runs (flow, trigger, status)
    values ('prices', 'manual', 'running'), ('prices', 'manual', 'running')`.execute(database.db);
});

beforeEach(empty);

async function empty(): Promise<void> {
  await sql`truncate known_records, held, errors, batches, decisions cascade`.execute(database.db);
}

const [one, other] = ['0'.repeat(32), `${'0'.repeat(31)}1`] as const;
const keys = [
  'A',
  'null',
  'NULL',
  'a,b',
  '{x}',
  '"q"',
  'back\\slash',
  'tab\t',
  'line\n',
  'ü😀',
  ' ',
  "it's",
  '%',
];

/** What there is of one key. */
const state = fc.record({
  /** Empty: not certain; `null`: never delivered. */
  fingerprint: fc.constantFrom(one, other, '', null),
  version: fc.constantFrom(null, '1', '2', 'a,"b"\\'),
  isHeld: fc.boolean(),
  error: fc.constantFrom(undefined, undefined, 'open', 'replaying', 'resolved', 'discarded'),
  hasOther: fc.boolean(),
});

const given = fc.record({
  fingerprint: fc.constantFrom(one, one, other),
  version: fc.constantFrom(undefined, undefined, '1', '2', 'a,"b"\\'),
});

type State = typeof state extends fc.Arbitrary<infer Value> ? Value : never;

async function keep(key: string, { fingerprint, version, isHeld, error, hasOther }: State): Promise<void> {
  const { db } = database;
  await sql`
    insert into known_records (space, key, fingerprint, version, run_id)
    select id, ${key}, decode(${fingerprint}, 'hex'), ${version}, 1 from key_spaces where flow = 'prices'`.execute(
    db,
  );
  if (hasOther)
    await sql`
      insert into known_records (space, key, fingerprint, run_id)
      select id, ${key}, decode(${one}, 'hex'), 1 from key_spaces where flow = 'others'`.execute(db);
  if (isHeld)
    await sql`
      insert into held (run_id, flow, lane, key, payload) values (1, 'prices', 0, ${key}, '')`.execute(db);
  if (error !== undefined)
    await sql`
      insert into errors (flow, run_id, key, stage, code, message, state)
      values ('prices', 1, ${key}, 'write', 'TL_TARGET_REJECTED', 'no', ${error})`.execute(db);
}

it('names each that is not surely what was delivered, and no other', async () => {
  const all = fc.tuple(...keys.map(() => fc.tuple(fc.option(state, { nil: undefined }), given)));
  await fc.assert(
    fc.asyncProperty(all, async (each) => {
      await empty();
      const records = each.map(([, wish], at) => ({ key: keys[at] ?? '', ...wish }));
      for (const [at, [before]] of each.entries()) if (before) await keep(keys[at] ?? '', before);
      const expected = new Map<number, string | undefined>();
      for (const [at, [before, now]] of each.entries()) {
        const isMoving = before?.isHeld || before?.error === 'open' || before?.error === 'replaying';
        const { version } = before ?? {};
        if (before?.fingerprint !== now.fingerprint || isMoving) expected.set(at, undefined);
        else if (version && now.version && version !== now.version) expected.set(at, version);
      }
      expect(await findUnsure(database.db, run, records)).toEqual(expected);
    }),
    propertyRuns(40),
  );
});

it('says nothing of any where records of another run are staged, or where somebody has decided', async () => {
  const { db } = database;
  const records = [{ key: 'A', fingerprint: one, version: undefined }];
  const stage = (runId: number, flow: string) =>
    sql`
      insert into batches (run_id, flow, lane, seq, records, bytes, payload)
      values (${runId}, ${flow}, 0, ${runId}, 1, 1, '')`.execute(db);
  await stage(2, 'prices');
  await stage(1, 'others');
  expect(await findUnsure(db, run, records)).toEqual(new Map([[0, undefined]]));
  await stage(1, 'prices');
  expect(await findUnsure(db, run, records)).toBe('any');
  await sql`truncate batches`.execute(db);
  await sql`
    with error as (
      insert into errors (flow, run_id, key, stage, code, message, state)
      values ('prices', 1, 'B', 'write', 'TL_TARGET_REJECTED', 'no', 'discarded') returning id
    )
    insert into decisions (flow, key, source, kind, error_id, decided_by)
    select 'prices', 'B', '', 'discarded', id, 'ada' from error`.execute(db);
  expect(await findUnsure(db, run, records)).toBe('any');
});
