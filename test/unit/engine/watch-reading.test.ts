import { expect, test } from 'vitest';
import { toNotes } from '../../../src/app/runs/run-notes.ts';
import { watchReading } from '../../../src/engine/notes/watch-reading.ts';
import type { SourcePlan } from '../../../src/workspace/compile/plan.ts';

const source = { timezone: 'UTC', resource: { name: 'orders', keyOf: () => '', versionOf: () => '' } };

function notesOf(versions: readonly (string | undefined)[], trouble: readonly object[] = []) {
  const watch = watchReading({ source: source as unknown as SourcePlan });
  for (const each of trouble) {
    const records = Array.from({ length: 10 }, () => ({ record: {} }));
    watch.seePage({ records, cursorTrouble: { nothing: 0, unordered: 0, ...each } });
  }
  for (const version of versions) watch.seeRecord(version);
  const reading = watch.notes();
  const unordered = { records: 0, form: undefined };
  return toNotes({ mapped: 0, silent: [], unordered, reading }).map(({ message }) => message);
}

test.each(['7', '2026-03-01T08:00:00Z', 'v12', 'W/"3"', '0x00000000000007D1'])(
  'says nothing of %s',
  (version) => {
    expect(notesOf([version])).toEqual([]);
  },
);

test.each(['01.03.2026', '03/01/2026', '9f86d08', 'W/"abc"'])(
  'tells a single version written as %s',
  (version) => {
    expect(notesOf(['1', version, '2'])).toEqual([expect.stringContaining('which has no order')]);
  },
);

test('tells a cursor whose expression failed on some records, over all pages', () => {
  const failed = (records: number) => ({
    nothing: records,
    failed: { records, message: 'took too many steps' },
  });
  expect(notesOf([], [failed(1), {}, failed(2)])).toEqual([
    'the cursor failed on 3 of 30 records, and moves nothing there: every run reads them again; took too many steps',
  ]);
});
