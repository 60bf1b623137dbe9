import { PassThrough } from 'node:stream';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTidying } from '../../../src/app/engine/tidying.ts';
import { termOf } from '../../../src/contract/text/search-terms.ts';
import { type HistoryLimits, tidyHistory } from '../../../src/engine/history/tidy-history.ts';
import { startRun } from '../../../src/engine/runs/start-run.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { toTermBytes } from '../../../src/store/history/block-terms.ts';
import { findBlocks } from '../../../src/store/history/find-blocks.ts';
import { hasText, loadBlocks } from '../../../src/store/history/load-blocks.ts';
import { listFreshTerms, mergeTerms } from '../../../src/store/history/merge-terms.ts';
import { beginPart, dropPart, listParts, tidying } from '../../../src/store/history/parts.ts';
import { openDatabase } from '../../../src/store/postgres/database.ts';
import { useEngine } from '../../support/use-engine.ts';
import { startWorking } from '../../support/working-engine.ts';

const { database, tests } = useEngine({ databaseFor: 'test' });

const roomy: HistoryLimits = { maxAgeMs: 30 * 86_400_000, maxBytes: 5e9 };
/** A new part each time, and none before it is kept. */
const narrow: HistoryLimits = { ...roomy, maxBytes: 1 };
const tidy = (limits = roomy) => tidyHistory(database.db, limits, AbortSignal.timeout(60_000));

const partsOf = async () => (await listParts(database.db)).map(({ part }) => part);

/** Blocks without records, which have these terms. */
async function keep(blocks: readonly (readonly number[])[]): Promise<void> {
  const terms = blocks.map((own) => Buffer.concat(own.map(toTermBytes)));
  await sql`
    insert into history (part, run_id, records, flow, payload, ends, terms)
    select (select max(part) from history_parts), 1, 0, 'none', '', '', terms
    from unnest(${terms}::bytea[]) with ordinality as t (terms, nth) order by nth`.execute(database.db);
}

async function idsWith(terms: readonly number[], limit = 1_000): Promise<readonly number[]> {
  const ids: number[] = [];
  let before: Awaited<ReturnType<typeof findBlocks>>[number] | undefined;
  for (;;) {
    const page = await findBlocks(database.db, { terms, limit, ...(before && { before }) });
    ids.push(...page.map(({ id }) => id));
    before = page.at(-1);
    if (page.length < limit || before === undefined) return ids;
  }
}

/** All parts but the last have their terms in segments. */
async function beginNext(): Promise<void> {
  const next = ((await partsOf()).at(-1) ?? 0) + 1;
  await tidying(database.db, (tx) => beginPart(tx, next));
}

/** Term 7 in every block, 1000 + n in two of them, 9 in each tenth. */
const termsOf = (nth: number) => [7, 1_000 + (nth % 60), ...(nth % 10 === 0 ? [9] : []), 2 ** 32 - 1 - nth];

describe('finding blocks', () => {
  it('finds the same over parts, segments and fresh blocks, in pages of any size', async () => {
    const all = Array.from({ length: 120 }, (_none, nth) => termsOf(nth));
    // Two segments in a part, then a part that has none yet, then what is fresh beside a segment.
    await keep(all.slice(0, 30));
    await tidying(database.db, (tx) => mergeTerms(tx, 1));
    await keep(all.slice(30, 55));
    await beginNext();
    await keep(all.slice(55, 90));
    expect(await tidy()).toEqual({ dropped: [], segments: 1, isInUse: false });
    await tidying(database.db, (tx) => mergeTerms(tx, 2));
    await keep(all.slice(90));
    expect(await listFreshTerms(database.db)).toMatchObject([{ part: 2, isOver: false }]);

    const expected = (...wanted: readonly number[]) =>
      all
        .flatMap((terms, nth) => (wanted.some((term) => terms.includes(term)) ? [nth + 1] : []))
        .toReversed();
    for (const limit of [1, 7, 1_000]) {
      for (const wanted of [[7], [9], [1_000], [1_059, 9], [2 ** 32 - 1], [5], [7, 9, 1_003]]) {
        expect(await idsWith(wanted, limit), `${wanted} by ${limit}`).toEqual(expected(...wanted));
      }
    }
    expect(await idsWith([])).toEqual([]);
  });

  it('finds what was written late, in a segment after those with newer blocks', async () => {
    await keep([[7], [7, 8]]);
    await database.db.transaction().execute(async (late) => {
      await sql`
        insert into history (part, run_id, records, flow, payload, ends, terms)
        values (1, 1, 0, 'none', '', '', ${Buffer.concat([7, 9].map(toTermBytes))})`.execute(late);
      await keep([[7, 8]]);
      await tidying(database.db, (tx) => mergeTerms(tx, 1));
    });
    await tidying(database.db, (tx) => mergeTerms(tx, 1));
    expect(await listFreshTerms(database.db)).toEqual([]);
    for (const limit of [1, 2, 9]) expect(await idsWith([7], limit)).toEqual([4, 3, 2, 1]);
    expect(await idsWith([9])).toEqual([3]);
  });

  it('finds by more segments than are read at once', async () => {
    for (let nth = 0; nth < 40; nth++) {
      await keep([[7, 100 + nth]]);
      await tidying(database.db, (tx) => mergeTerms(tx, 1));
    }
    expect(await idsWith([100])).toEqual([1]);
    expect(await idsWith([7], 3)).toEqual(Array.from({ length: 40 }, (_none, nth) => 40 - nth));
  });
});

describe('tidying history up', () => {
  it('merges once there is enough, or the part is over, and is stopped between segments', async () => {
    await keep([[7]]);
    expect(await tidy()).toMatchObject({ segments: 0 });
    await keep([Array.from({ length: 1_000_000 }, (_none, nth) => nth * 4_000)]);
    const stopped = await tidyHistory(database.db, roomy, AbortSignal.abort());
    expect(stopped).toMatchObject({ segments: 0 });
    expect(await tidy()).toMatchObject({ segments: 1 });
    expect(await idsWith([4_000])).toEqual([2]);
    await keep([[4_000]]);
    await beginNext();
    expect(await tidy()).toMatchObject({ segments: 1 });
    expect(await idsWith([4_000])).toEqual([3, 2]);
  });

  it('loses nothing of a merge that ends in the middle', async () => {
    await keep([[7], [7, 8]]);
    const broken = tidying(database.db, async (tx) => {
      await mergeTerms(tx, 1);
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx);
    });
    await expect(broken).rejects.toMatchObject({ code: 'TL_STORE_UNAVAILABLE' });
    expect(await listFreshTerms(database.db)).toMatchObject([{ part: 1, terms: 3 }]);
    expect(await idsWith([7])).toEqual([2, 1]);
    await tidying(database.db, (tx) => mergeTerms(tx, 1));
    expect(await idsWith([7])).toEqual([2, 1]);
  });

  it('is done by one process at a time', async () => {
    await keep([[7], [8]]);
    const other = await openDatabase(database.url, { connections: 3 });
    try {
      const stop = AbortSignal.timeout(60_000);
      const deeds = await Promise.all(
        [database.db, other, database.db, other].map((db) => tidyHistory(db, narrow, stop)),
      );
      expect(deeds.filter(({ begun }) => begun === 2)).toHaveLength(1);
      // Who came while another was at it has left it to the next time.
      await tidy(narrow);
      expect(await partsOf()).toEqual([2]);
      const whileOther = await tidying(other, () => tidy(narrow));
      expect(whileOther).toEqual({ dropped: [], segments: 0, isInUse: false });
    } finally {
      await other.destroy();
    }
  });

  it('begins a part a day, drops what is too old, and keeps what is not', async () => {
    const { plan } = tests.setUp({ records: [{ key: 'A' }] });
    await tests.run(plan);
    expect(await tidy()).toEqual({ dropped: [], segments: 0, isInUse: false });
    await age('1 day');
    expect(await tidy()).toEqual({ begun: 2, dropped: [], segments: 1, isInUse: false });
    await keep([[7]]);
    expect(await idsWith([termOf('id-1') ?? 0])).toHaveLength(1);
    await age('30 days');
    expect(await tidy()).toEqual({ begun: 3, dropped: [1], segments: 1, isInUse: false });
    expect(await idsWith([termOf('id-1') ?? 0])).toEqual([]);
    expect(await idsWith([7])).toHaveLength(1);
    await age('30 days');
    // Nothing has come to the third.
    expect(await tidy()).toEqual({ dropped: [2], segments: 0, isInUse: false });
    expect(await partsOf()).toEqual([3]);
  });

  it('holds nobody up where somebody reads for long, and does it when that ends', async () => {
    const { plan } = tests.setUp({ records: [{ key: 'A' }] });
    await tests.run(plan);
    await database.db.transaction().execute(async (reader) => {
      await sql`select count(*) from history`.execute(reader);
      expect(await tidy(narrow)).toEqual({ dropped: [], segments: 0, isInUse: true });
      await keep([[7]]);
    });
    expect(await tidy(narrow)).toEqual({ begun: 2, dropped: [1], segments: 0, isInUse: false });
  });
});

async function age(by: string): Promise<void> {
  await sql`update history_parts set from_at = from_at - ${by}::interval`.execute(database.db);
}

describe('a process that works', () => {
  it('tidies history up by itself, and says what is gone and what has to wait', async () => {
    const lines: string[] = [];
    const stream = new PassThrough().on('data', (line) => lines.push(String(line)));
    const log = createLogger('info', stream);
    const stopping = new AbortController();
    const start = () =>
      startTidying({ db: database.db, clock: Date, history: narrow, stop: stopping.signal, log });
    await keep([[7]]);
    await database.db.transaction().execute(async (reader) => {
      await sql`select count(*) from history`.execute(reader);
      await start().close();
    });
    expect(lines.join('')).toContain(
      'history is in use for long: its parts stay as they are until that ends',
    );
    expect(await partsOf()).toEqual([1]);
    await start().close();
    expect(await partsOf()).toEqual([2]);
    expect(lines.join('')).toMatch(/"parts":\[1\].*history that is too old or too much is dropped/);
    await sql`drop table history_parts`.execute(database.db);
    await start().close();
    expect(lines.join('')).toContain('history was not tidied up; it is tried again');
  });
});

describe('an engine at work', () => {
  it('meets nothing of parts that are begun and dropped all the time', { timeout: 60_000 }, async () => {
    const keys = Array.from({ length: 1_500 }, (_none, nth) => `K${nth}`);
    const { target, plan } = tests.setUp({
      records: keys.map((key) => ({ key })),
      delivery: { lanes: 8, batch: 10 },
    });
    tests.add(plan);
    const working = startWorking(tests.engine);
    onTestFinished(working.stop);
    const id = await startRun(working.engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, {});
    const begun: number[] = [];
    const isOver = async () => (await tests.load(id)).endedAt !== null;
    while (!(await isOver())) {
      const deeds = await tidy(narrow);
      if (deeds.begun !== undefined) begun.push(deeds.begun);
      await findBlocks(database.db, { terms: [termOf('K1') ?? 0], limit: 10 });
    }
    expect(await tests.load(id)).toMatchObject({ status: 'succeeded', counts: { delivered: keys.length } });
    expect(working.met).toEqual([]);
    expect(target.effects.map(({ key }) => key).sort()).toEqual(keys.toSorted());
    expect(begun.length).toBeGreaterThan(2);
    expect((await partsOf()).length).toBeLessThanOrEqual(2);
  });

  it('shows what is dropped while it is read as gone', async () => {
    const { plan } = tests.setUp({ records: [{ key: 'A' }] });
    await tests.run(plan);
    await beginNext();
    const refs = await findBlocks(database.db, { terms: [termOf('id-1') ?? 0], limit: 5 });
    expect(
      (await loadBlocks(database.db, refs)).flatMap(({ records }) =>
        records.filter((r) => hasText(r, 'id-1')),
      ),
    ).toHaveLength(1);
    await tidying(database.db, (tx) => dropPart(tx, 1));
    expect(await loadBlocks(database.db, refs)).toEqual([]);
  });
});
