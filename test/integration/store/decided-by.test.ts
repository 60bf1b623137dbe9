import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { acceptDriftsOf, pageDrifts, resolveDriftsOf } from '../../../src/app/drift/drifts.ts';
import { forecastSettle, settleErrorsOf } from '../../../src/app/errors/settle-errors.ts';
import type { OpenDatabase } from '../../../src/app/open/open-database.ts';
import { approveHeldRun, rejectHeldRun } from '../../../src/app/runs/decide-run.ts';
import { loadRunDetails } from '../../../src/app/runs/show-run.ts';
import { carryOutForgetXrefs, forecastForgetXrefs } from '../../../src/app/xref/correct-xrefs.ts';
import { keepAuditEntry } from '../../../src/store/audit/keep-entry.ts';
import { listEntriesOf } from '../../../src/store/audit/list-entries.ts';
import { loadDecisionsOf } from '../../../src/store/errors/decisions.ts';
import { listErrors } from '../../../src/store/errors/errors.ts';
import { pack } from '../../../src/store/postgres/packed.ts';
import { useDatabase } from '../../support/database.ts';
import { createTestEngine } from '../../support/engine.ts';

/** Whatever a person decides over an open database is kept with who it was, for good. */
const database = useDatabase();
let open: OpenDatabase;

beforeAll(() => {
  const { engine } = createTestEngine(database.db);
  open = {
    ...engine,
    findWorkspace: async () => undefined,
    requireWorkspace: () => Promise.reject(new Error('there is none')),
    parseDocuments: () => Promise.reject(new Error('there is none')),
  };
});

it('settles errors in the name of a person, and takes that back in the name of another', async () => {
  const payload = pack('error', { key: 'K-1', native: {} });
  await sql`insert into runs (flow, trigger, status) values ('orders', 'manual', 'errors')`.execute(open.db);
  await sql`
    insert into errors (flow, run_id, key, stage, code, message, payload, attempts, state)
    values ('orders', 1, 'K-1', 'map', 'TL_MAP_FAILED', 'no', ${payload}, 1, 'open')`.execute(open.db);
  const plan = await forecastSettle(open, 'discard', { flow: 'orders' });
  expect(plan).toMatchObject({ deed: 'discard', ids: [1], notes: [] });
  expect(await settleErrorsOf(open, plan, { by: 'anna', reason: 'cancelled' })).toMatchObject({ ids: [1] });
  const [discarded] = await listErrors(open.db, { states: ['discarded'], limit: 2 });
  expect(discarded).toMatchObject({ settledBy: 'anna', reason: 'cancelled' });
  expect(await loadDecisionsOf(open.db, [1])).toMatchObject([{ by: 'anna', kind: 'discarded' }]);
  await settleErrorsOf(open, { deed: 'reopen', ids: [1] }, { by: 'berta' });
  const about = { errors: [1] };
  const entries = [
    { deed: 'discard', by: 'anna', count: 1, reason: 'cancelled', about },
    { deed: 'reopen', by: 'berta', count: 1, reason: null, about },
  ];
  expect(await auditEntries()).toMatchObject(entries);
  await expect(settleErrorsOf(open, { deed: 'reopen', ids: [1] }, { by: 'berta' })).rejects.toMatchObject({
    code: 'TL_CONFLICT',
    message: 'nothing to take back: error 1 is open already',
  });
  expect(await auditEntries()).toHaveLength(2);
});

it('says who has approved and who has rejected a run', async () => {
  const { engine } = createTestEngine(open.db);
  const runtime = { engine };
  const { rows } = await sql<{ id: number }>`
    insert into runs (flow, trigger, status, read_at, guard)
    select 'guarded', 'manual', 'held', now(), '{"code": "TL_GUARD_TRIPPED", "message": "too many"}'
    from generate_series(1, 2) returning id`.execute(open.db);
  const [first = 0, second = 0] = rows.map(({ id }) => id);
  expect(await approveHeldRun(runtime, { run: first, by: 'anna' })).toEqual({ run: first, approved: true });
  const rejection = { run: second, by: 'berta', reason: 'broken' };
  expect(await rejectHeldRun(runtime, rejection)).toEqual({ run: second, rejected: 0 });
  await expect(approveHeldRun(runtime, { run: first, by: 'anna' })).rejects.toMatchObject({
    code: 'TL_CONFLICT',
  });
  const flow = 'guarded';
  expect(await auditEntries()).toMatchObject([
    ...[{}, {}],
    { deed: 'approve', by: 'anna', flow, run_id: first, about: {} },
    { deed: 'reject', by: 'berta', flow, run_id: second, count: 0, reason: 'broken' },
  ]);
});

it('says who has closed drifts and who has forgotten ids', async () => {
  await sql`
    insert into drifts (flow, side, connection, resource, kind, path, rule, segments, expected, got, count, run_id)
    select 'orders', 'source', 'shop', 'orders', 'new', 'path', 'rule ' || n, '{}', 'a', 'b', 1, 1
    from generate_series(1, 2) as n`.execute(open.db);
  await sql`
    with space as (
      insert into key_spaces (entity, source, target) values ('customer', 'shop', 'erp') returning id
    )
    insert into known_records (space, key, link, target_id, run_id)
    select id, 'C-1', 'k'::"char", '17', 1 from space union all select id, 'C-2', 'r', null, 1 from space
  `.execute(open.db);
  expect(await acceptDriftsOf(open, { ids: [1] }, 'anna')).toEqual([1]);
  expect(await resolveDriftsOf(open, { ids: [2] }, 'anna')).toEqual([2]);
  const plan = await forecastForgetXrefs(open, { entity: 'customer', isForced: false });
  expect(plan).toMatchObject({ meant: [{ key: 'C-1', id: '17' }], inDoubt: 1 });
  await carryOutForgetXrefs(open, plan, 'berta');
  expect(await forecastForgetXrefs(open, { entity: 'customer', isForced: true })).toMatchObject({
    meant: [{ key: 'C-2' }],
  });
  const scope = { entity: 'customer', source: 'shop', target: 'erp' };
  expect((await auditEntries()).slice(4)).toMatchObject([
    { deed: 'accept drift', by: 'anna', count: 1, about: { drifts: [1] } },
    { deed: 'resolve drift', by: 'anna', count: 1, about: { drifts: [2] } },
    { deed: 'forget ids', by: 'berta', count: 1, about: { scope, keys: ['C-1'] } },
  ]);
});

it('says of what an earlier version has written down that nobody knows who it was', async () => {
  const { rows } = await sql<{ id: number }>`
    insert into runs (flow, trigger, status, approved_at) values ('early', 'manual', 'running', now())
    returning id`.execute(open.db);
  const run = await loadRunDetails(open, rows[0]?.id ?? 0);
  expect(run).toMatchObject({ by: null, audit: [{ deed: 'approve', by: null, at: expect.any(Date) }] });
  await sql`
    insert into drifts (flow, side, connection, resource, kind, path, rule, segments, expected, got, count, run_id,
                        state, closed_at)
    values ('early', 'source', 'shop', 'orders', 'new', 'path', 'rule', '{}', 'a', 'b', 1, 1, 'accepted', now())
  `.execute(open.db);
  const { items } = await pageDrifts(open, { flow: 'early', states: ['accepted'] }, { limit: 5 });
  expect(items).toMatchObject([{ audit: [{ deed: 'accept drift', by: null, at: expect.any(Date) }] }]);
});

it('is found by each of very many that were decided about at once', async () => {
  const errors = Array.from({ length: 2_500 }, (_, index) => 10_000 + index);
  await keepAuditEntry(open.db, { deed: 'discard', by: 'anna', count: errors.length, about: { errors } });
  const found = await listEntriesOf(open.db, 'errors', [9_999, 10_000, 11_000, 12_499]);
  expect([...found].map(([id, entries]) => [id, entries.map(({ count }) => count)])).toEqual([
    [10_000, [1_000]],
    [11_000, [1_000]],
    [12_499, [500]],
  ]);
});

async function auditEntries() {
  const { rows } = await sql<{ deed: string; by: string | null; about: object }>`
    select * from audit_entries order by id`.execute(open.db);
  return rows;
}
