import type { BrokenRow, Entries, Entry, Row } from '../parse/entry.ts';
import { unreadable } from '../parse/entry.ts';
import {
  addRow,
  certainKey,
  compileGroupKey,
  createDraft,
  type Draft,
  type Grouping,
  shownKey,
  toDocument,
  toKeylessRow,
} from './group-rows.ts';

/** Keys of one file are remembered, to notice a document that comes up twice; this bounds the memory for it. */
const maxDocuments = 2_000_000;

/**
 * Makes a document of neighbouring rows with the same key. One that comes up again later in the file stops it:
 * handed over, it would be split in two.
 *
 * A broken row between two documents may belong to either, and neither may be delivered short of a line. It goes
 * to the neighbour whose key it shows, or stands alone if it certainly has another key; else both are held back.
 */
export async function* groupNeighbours(entries: Entries, grouping: Grouping): Entries {
  const keyOf = compileGroupKey(grouping.group);
  const seen = new Set<string>();
  let draft: Draft | undefined;
  let loose: BrokenRow[] = [];
  for await (const block of entries) {
    const out: Entry[] = [];
    for (const entry of block) {
      const key = 'fault' in entry ? undefined : keyOf(entry);
      if ('fault' in entry || key === undefined) {
        loose.push('fault' in entry ? entry : toKeylessRow(entry, grouping));
        continue;
      }
      if (draft?.key === key) draft.broken.push(...loose);
      else {
        checkNew(key, entry, seen, grouping);
        const next = createDraft(key, entry);
        out.push(...settleLoose(loose, draft, next, grouping));
        draft = next;
      }
      loose = [];
      addBounded(draft, entry, grouping);
    }
    yield out;
  }
  yield settleLoose(loose, draft, undefined, grouping);
}

/** Gives broken rows to the documents before and after them, and finishes the one before. */
function settleLoose(
  loose: readonly BrokenRow[],
  before: Draft | undefined,
  after: Draft | undefined,
  grouping: Grouping,
): readonly Entry[] {
  const alone: Entry[] = [];
  for (const row of loose) {
    const shown = shownKey(row, grouping.group);
    const named = [before, after].filter((draft) => draft !== undefined && draft.key === shown);
    const owners = named.length > 0 ? named : certainKey(row, grouping) === undefined ? [before, after] : [];
    for (const owner of owners) owner?.broken.push(row);
    if (owners.every((owner) => owner === undefined)) alone.push(row);
  }
  return before === undefined ? alone : [toDocument(before, grouping), ...alone];
}

function checkNew(key: string, row: Row, seen: Set<string>, { file, group }: Grouping): void {
  if (seen.has(key)) {
    const problem = `${group.by} ${key} comes up again after other rows; set group.sorted to false to collect its rows over the whole file`;
    throw unreadable(file, row.line, problem);
  }
  if (seen.size >= maxDocuments)
    throw unreadable(file, row.line, `more than ${maxDocuments} documents in one file`);
  seen.add(key);
}

/** Of a document that is too large already, no more rows are kept. */
function addBounded(draft: Draft, row: Row, { maxRecordBytes }: Grouping): void {
  if (draft.bytes <= maxRecordBytes) addRow(draft, row);
  else draft.lastLine = row.line;
}
