import { formatSize } from '../../../src/contract/quantity.ts';
import { type BrokenRow, type Entries, type Entry, type Row, unreadable } from '../parse/entry.ts';
import {
  addRow,
  certainKey,
  compileGroupKey,
  createDraft,
  type Draft,
  type Grouping,
  toDocument,
  toKeylessRow,
} from './group-rows.ts';

const blockLength = 500;

/**
 * Makes documents of rows that may lie anywhere in the file, in the order of their first rows. All rows are in
 * memory, so there is a limit. A broken row whose document is not certain stops the file: any could lack it.
 */
export async function* groupWholeFile(entries: Entries, grouping: Grouping): Entries {
  const keyOf = compileGroupKey(grouping.group);
  const drafts = new Map<string, Draft>();
  let bytes = 0;
  const draftOf = (key: string, row: Row | BrokenRow): Draft => {
    const draft = drafts.get(key) ?? createDraft(key, row);
    drafts.set(key, draft);
    return draft;
  };
  for await (const block of entries) {
    for (const entry of block) {
      const key = 'fault' in entry ? undefined : keyOf(entry);
      if ('fault' in entry || key === undefined) {
        const row = 'fault' in entry ? entry : toKeylessRow(entry, grouping);
        draftOf(requireKey(row, grouping), row).broken.push(row);
        continue;
      }
      bytes += entry.bytes;
      checkLimit(bytes, entry.line, grouping);
      // The raw bytes would keep the whole file in memory a second time.
      addRow(draftOf(key, entry), { record: entry.record, line: entry.line, bytes: entry.bytes });
    }
  }
  yield* inBlocks(drafts, grouping);
}

function* inBlocks(drafts: Map<string, Draft>, grouping: Grouping): Generator<readonly Entry[]> {
  let block: Entry[] = [];
  for (const [key, draft] of drafts) {
    drafts.delete(key);
    block.push(toDocument(draft, grouping));
    if (block.length < blockLength) continue;
    yield block;
    block = [];
  }
  yield block;
}

function requireKey(row: BrokenRow, grouping: Grouping): string {
  const key = certainKey(row, grouping);
  if (key !== undefined) return key;
  const problem = `${row.fault.message}; with group.sorted: false it could belong to any document of the file`;
  throw unreadable(grouping.file, row.line, problem);
}

function checkLimit(bytes: number, line: number, { file, group }: Grouping): void {
  if (bytes <= group.limitBytes) return;
  const problem = `more than ${formatSize(group.limitBytes)} of rows (group.limit): sort the file by ${group.by} and set group.sorted to true`;
  throw unreadable(file, line, problem);
}
