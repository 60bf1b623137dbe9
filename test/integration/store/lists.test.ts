import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { pageDrifts } from '../../../src/app/drift/drifts.ts';
import { pageCauses } from '../../../src/app/errors/causes.ts';
import { allStates, openStates } from '../../../src/app/errors/error-filter.ts';
import { pageErrors } from '../../../src/app/errors/list-errors.ts';
import { formatCursor } from '../../../src/app/lists/cursor.ts';
import { type ListPage, maxPage, type PageWish, takeItems } from '../../../src/app/lists/page.ts';
import type { OpenDatabase } from '../../../src/app/open/open-database.ts';
import {
  pageBlocked,
  pageInDoubt,
  pageRetried,
  pageWaitingLanes,
} from '../../../src/app/pending/page-pending.ts';
import { pageRuns } from '../../../src/app/runs/list-runs.ts';
import { pageXrefs } from '../../../src/app/xref/xrefs.ts';
import { pack } from '../../../src/store/postgres/packed.ts';
import { useDatabase } from '../../support/database.ts';

const database = useDatabase();
let open: OpenDatabase;

beforeAll(async () => {
  open = {
    db: database.db,
    clock: { now: () => 1_800_000_000_000 },
    findWorkspace: async () => undefined,
    requireWorkspace: () => Promise.reject(new Error('there is none')),
    parseDocuments: () => Promise.reject(new Error('there is none')),
  };
  await fill();
});

type Load = (wish: PageWish) => Promise<ListPage<unknown>>;

const lists: readonly (readonly [string, number, Load])[] = [
  ['runs', 24, (wish) => pageRuns(open, {}, wish)],
  ['runs of a flow', 12, (wish) => pageRuns(open, { flow: 'orders' }, wish)],
  ['errors', 24, (wish) => pageErrors(open, { states: openStates }, wish)],
  ['errors of all states', 30, (wish) => pageErrors(open, { states: allStates }, wish)],
  ['errors of a text', 12, (wish) => pageErrors(open, { text: 'ODD', states: openStates }, wish)],
  ['errors of ids', 3, (wish) => pageErrors(open, { ids: [1, 2, 5], states: openStates }, wish)],
  ['causes', 8, (wish) => pageCauses(open, {}, wish)],
  ['causes of a flow', 4, (wish) => pageCauses(open, { flow: 'orders' }, wish)],
  ['drifts', 20, (wish) => pageDrifts(open, {}, wish)],
  ['drifts of a flow', 10, (wish) => pageDrifts(open, { flow: 'orders' }, wish)],
  ['references', 24, (wish) => pageXrefs(open, {}, wish)],
  ['references of a connection', 24, (wish) => pageXrefs(open, { connection: 'shop' }, wish)],
  ['lanes that wait', 16, (wish) => pageWaitingLanes(open, {}, wish)],
  ['blocked records', 12, (wish) => pageBlocked(open, {}, wish)],
  ['records in doubt', 12, (wish) => pageInDoubt(open, {}, wish)],
  ['records that are tried again', 12, (wish) => pageRetried(open, {}, wish)],
];

describe.each(lists)('a list of %s', (_name, count, load) => {
  it('comes whole and in one order, however large its pages are', async () => {
    const whole = await load({ limit: maxPage });
    expect(whole.next).toBeUndefined();
    expect(whole.items).toHaveLength(count);
    for (const limit of [1, 2, 5, count]) expect(await walk(load, limit)).toEqual(whole.items);
    expect((await load({ limit: count })).next).toBeUndefined();
    expect(await takeItems(3, load)).toEqual(whole.items.slice(0, 3));
    expect(await takeItems(Number.POSITIVE_INFINITY, load)).toEqual(whole.items);
  });

  it('refuses a cursor that is none, or of another list, and pages of no size', async () => {
    const foreign = formatCursor('another list', [1]);
    const emptied = formatCursor(JSON.parse(Buffer.from(await nextOf(load), 'base64url').toString())[0], []);
    for (const cursor of ['', 'no cursor', 'e30', '""', foreign, emptied, `${foreign}x`, '\u0000'])
      await expect(load({ limit: 2, cursor })).rejects.toMatchObject({
        code: 'TL_ARGUMENT_INVALID',
        message: expect.stringContaining('the cursor is not one of this list'),
      });
    for (const limit of [0, -1, 1.5, maxPage + 1, Number.NaN])
      await expect(load({ limit })).rejects.toMatchObject({ code: 'TL_ARGUMENT_INVALID' });
  });

  it('goes on behind a place that nothing has', async () => {
    const [list, ...place] = JSON.parse(Buffer.from(await nextOf(load), 'base64url').toString());
    const put = (texts: string, numbers: number) =>
      place.map((part: unknown) => (typeof part === 'number' ? numbers : texts));
    for (const [texts, numbers] of [
      ['\uffff', Number.MAX_SAFE_INTEGER],
      ['', Number.MIN_SAFE_INTEGER],
      ["'; drop table runs; --\ud800", -1],
    ] as const) {
      const page = await load({ limit: 5, cursor: formatCursor(list, put(texts, numbers)) });
      expect(page.items.length).toBeLessThanOrEqual(5);
    }
  });
});

it('goes on where it was, whatever came or went meanwhile', async () => {
  const first = await pageRuns(open, {}, { limit: 5 });
  await sql`insert into runs (flow, trigger, status) values ('orders', 'manual', 'queued')`.execute(
    database.db,
  );
  const second = await pageRuns(open, {}, { limit: 5, cursor: first.next });
  const ids = [...first.items, ...second.items].map(({ run }) => run);
  expect(ids).toEqual(Array.from({ length: 10 }, (_, index) => (ids[0] ?? 0) - index));
  await sql`delete from runs where id = ${(ids[0] ?? 0) + 1}`.execute(database.db);
});

it('tells of a flow that is not there, whichever list is asked for', async () => {
  const missing = { code: 'TL_ARGUMENT_INVALID', message: expect.stringContaining('no flow "ordres"') };
  const wish = { limit: 5 };
  const pages = [
    () => pageRuns(open, { flow: 'ordres' }, wish),
    () => pageErrors(open, { flow: 'ordres', states: openStates }, wish),
    () => pageCauses(open, { flow: 'ordres' }, wish),
    () => pageDrifts(open, { flow: 'ordres' }, wish),
    () => pageBlocked(open, { flow: 'ordres' }, wish),
  ];
  for (const page of pages) await expect(page()).rejects.toMatchObject(missing);
});

async function walk(load: Load, limit: number): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await load({ limit, cursor });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === undefined || items.length > 1_000) return items;
  }
}

async function nextOf(load: Load): Promise<string> {
  const { next } = await load({ limit: 1 });
  return next ?? '';
}

/** What stands at the same moment, under the same count, or differs in nothing but the last of what it is sorted by. */
async function fill(): Promise<void> {
  const { db } = database;
  const payload = pack('error', { key: 'k', native: {} });
  const statements = [
    sql`insert into runs (flow, trigger, status)
        select case n % 2 when 0 then 'orders' else 'prices' end, 'manual', 'running' from generate_series(1, 24) as n`,
    sql`insert into errors (flow, run_id, key, stage, code, message, payload, attempts, state)
        select case n % 2 when 0 then 'orders' else 'prices' end, 1, 'K-' || n, 'map', 'TL_' || (n % 4),
               case n % 2 when 0 then 'even' else 'odd' end || case when n % 8 < 4 then ' low' else ' high' end,
               ${payload}, 1, case when n > 24 then 'discarded' else 'open' end from generate_series(1, 30) as n`,
    sql`insert into causes (flow, code, stage, path, at, message)
        select distinct flow, code, stage, '', '', message from errors`,
    sql`update errors set cause_id = causes.id from causes
        where causes.flow = errors.flow and causes.code = errors.code and causes.message = errors.message`,
    sql`insert into drifts (flow, side, connection, resource, kind, path, rule, segments, expected, got, count, run_id)
        select case n % 2 when 0 then 'orders' else 'prices' end, 'source', 'shop', 'orders', 'new', 'path', 'rule ' || n,
               '{}', 'a', 'b', 1, 1 from generate_series(1, 20) as n`,
    // Umlauts and capitals, which collations sort in their own ways.
    sql`insert into key_spaces (entity, source, target) values ('customer', 'shop', 'erp')`,
    sql`insert into known_records (space, link, key, target_id, run_id, doubt_since, doubt_until)
        select 1, case when n <= 12 then 'k' else 'r' end::"char", (array['ä', 'Z', 'a', 'É'])[n % 4 + 1] || n,
               case when n <= 12 then 'id ' || n end, n, case when n > 12 then now() end,
               case when n > 12 then date_trunc('second', now()) + interval '1 hour' + (n % 3) * interval '250 microseconds' end
        from generate_series(1, 24) as n`,
    sql`insert into lanes (flow, lane) select flow, lane from unnest(array['orders', 'prices']) as flow, generate_series(0, 7) as lane`,
    sql`insert into batches (run_id, flow, lane, seq, records, bytes, payload, fault)
        select 1, flow, lane, 1, 1, 1, ${payload}, '{"code": "TL_X", "message": "x"}' from lanes`,
    // Within one millisecond, and some on the very same moment.
    sql`insert into held (run_id, flow, lane, key, payload, blocked_at, held_at)
        select 1, 'orders', 0, 'B-' || n, ${payload}, now(), date_trunc('second', now()) + (n % 5) * interval '300 microseconds'
        from generate_series(1, 12) as n`,
    sql`insert into awaited_xrefs (held_id, entity, source, key, target)
        select id, 'customer', 'shop', 'C-1', 'erp' from held`,
    sql`insert into held (run_id, flow, lane, key, payload, due_at)
        select 1, 'orders', 0, 'R-' || n, ${payload}, date_trunc('second', now()) + (n % 5) * interval '300 microseconds'
        from generate_series(1, 12) as n`,
  ];
  for (const statement of statements) await statement.execute(db);
}
