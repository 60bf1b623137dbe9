import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../../src/contract/connector.ts';
import { propertyRuns } from '../../../support/random/property-runs.ts';
import { createTestClock, never, serveThings } from '../open-http.ts';
import {
  byCount,
  byPlace,
  type Change,
  type ChangingSource,
  createChangingSource,
  type ServedPaging,
  type SourceRecord,
} from './changing-source.ts';

/** What happens in one trial: who is there at first, how exact the source's times are, and three reads in a row. */
interface Trial {
  readonly resolutionMs: number;
  readonly first: readonly number[];
  readonly reads: readonly {
    readonly pauseMs: number;
    /** What happens after each of its pages. */
    readonly script: (readonly Change[])[];
    /** The read breaks off after so many pages. */
    readonly pages: number;
  }[];
}

const afterMs = fc.constantFrom(0, 0, 1, 400, 1_500);
const update = fc.record({ do: fc.constant('update' as const), nth: fc.nat(20), afterMs });
const remove = fc.record({ do: fc.constant('delete' as const), nth: fc.nat(20), afterMs });
const insertAt = (ids: fc.Arbitrary<number>) =>
  fc.record({ do: fc.constant('insert' as const), id: ids, afterMs });

function trials(changes: fc.Arbitrary<Change>): fc.Arbitrary<Trial> {
  const read = fc.record({
    pauseMs: fc.constantFrom(0, 1, 700, 5_000),
    script: fc.array(fc.array(changes, { maxLength: 4 }), { maxLength: 6 }),
    pages: fc.constantFrom(1, 2, 3, 99, 99, 99),
  });
  return fc.record({
    resolutionMs: fc.constantFrom(1, 1_000),
    first: fc.array(fc.constantFrom(0, 0, 1, 300, 2_000), { maxLength: 14 }),
    reads: fc.array(read, { minLength: 1, maxLength: 3 }),
  });
}

/** A source that is served in one way of paging, made anew for each trial. */
async function open(paging: ServedPaging) {
  const clock = createTestClock();
  let source: ChangingSource = createChangingSource(clock, 1);
  const { things } = await serveThings(
    {
      read: {
        path: '/things',
        records: 'items',
        paging: paging.paging,
        cursor: { value: 'at', type: 'time', order: paging.order, query: { since: '{{cursor}}' } },
      },
    },
    (request) => source.answer(paging, request),
    { clock },
  );
  const start = ({ resolutionMs, first }: Trial): ChangingSource => {
    source = createChangingSource(clock, resolutionMs);
    first.forEach((gapMs, nth) => {
      source.apply({ do: 'insert', id: (nth + 1) * 100, afterMs: gapMs });
    });
    return source;
  };
  return { clock, things, start };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** What the engine does with the cursor: it is committed with its page, and moved back when the next read begins. */
async function runTrial(
  { clock, things, start }: Opened,
  trial: Trial,
  check: (state: { source: ChangingSource; isHanded: (record: SourceRecord) => boolean }) => void,
): Promise<void> {
  const source = start(trial);
  const handed = new Set<number>();
  const isHanded = ({ n }: SourceRecord) => handed.has(n);
  const lookbackMs = trial.resolutionMs === 1 ? 0 : trial.resolutionMs;
  let cursor: string | undefined;
  const quiet = { pauseMs: 5_000, script: [], pages: 99 };
  for (const { pauseMs, script, pages } of [...trial.reads, quiet]) {
    clock.advance(pauseMs);
    source.script = [...script];
    source.changed.clear();
    const from = cursor === undefined ? undefined : lookBack(cursor, lookbackMs);
    let left = pages;
    for await (const page of readPages(things, from)) {
      for (const each of page.records) if ('record' in each) handed.add((each.record as SourceRecord).n);
      cursor = page.cursor ?? cursor;
      left -= 1;
      if (left === 0) break;
    }
    if (cursor !== undefined) checkPassed({ source, isHanded, cursor: lookBack(cursor, lookbackMs) }, check);
  }
  check({ source, isHanded });
}

function checkPassed(
  state: { source: ChangingSource; isHanded: (record: SourceRecord) => boolean; cursor: string },
  check: (state: { source: ChangingSource; isHanded: (record: SourceRecord) => boolean }) => void,
): void {
  const passed = [...state.source.records].filter(([, { at }]) => at < state.cursor);
  check({ ...state, source: { ...state.source, records: new Map(passed) } });
}

function readPages(things: Resource, cursor: string | undefined) {
  return things.read!({ where: {}, signal: never, ...(cursor !== undefined && { cursor }) });
}

function lookBack(cursor: string, ms: number): string {
  return new Date(Date.parse(cursor) - ms).toISOString();
}

function missing({
  source,
  isHanded,
}: {
  source: ChangingSource;
  isHanded: (record: SourceRecord) => boolean;
}) {
  return [...source.records.values()].filter((record) => !isHanded(record));
}

describe('a source that changes while it is read page by page', () => {
  test.each(byPlace)('loses no state of a record: $name', async (paging) => {
    const opened = await open(paging);
    const anywhere = insertAt(fc.integer({ min: 1, max: 1_600 }));
    await fc.assert(
      fc.asyncProperty(trials(fc.oneof(update, remove, anywhere)), (trial) =>
        runTrial(opened, trial, (state) => expect(missing(state)).toEqual([])),
      ),
      propertyRuns(40),
    );
  });

  test.each(byCount('none'))('loses no state of a record where none disappears: $name', async (paging) => {
    const opened = await open(paging);
    // New ones come last.
    let last = 10_000;
    const atTheEnd = insertAt(fc.constant(0)).map((change) => ({ ...change, id: last++ }));
    await fc.assert(
      fc.asyncProperty(trials(fc.oneof(update, update, atTheEnd)), (trial) =>
        runTrial(opened, trial, (state) => expect(missing(state)).toEqual([])),
      ),
      propertyRuns(40),
    );
  });

  // Sorted by change time, a change moves a record to the end and those behind it forward, over the border of a page.
  test.each([...byCount('ascending'), ...byCount('none')])(
    'loses no record that was changed during the read: $name',
    async (paging) => {
      const opened = await open(paging);
      const one = trials(update).map((trial) => ({ ...trial, reads: trial.reads.slice(0, 1) }));
      await fc.assert(
        fc.asyncProperty(one, async (trial) => {
          const changed = new Set<number>();
          await runTrial(opened, trial, (state) => {
            for (const id of state.source.changed) changed.add(id);
            expect(missing(state).filter(({ id }) => changed.has(id))).toEqual([]);
          });
        }),
        propertyRuns(60),
      );
    },
  );
});
