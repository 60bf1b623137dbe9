import type { SourceRecord } from '../../../src/contract/connector.ts';
import type { Entry } from '../parse/entry.ts';
import type { FoundFile } from './find-files.ts';

const maxPageRecords = 1_000;
const maxPageBytes = 4 * 1024 * 1024;

/** What goes into one page: records, and the files that end in it. */
export interface PageContent {
  readonly records: readonly SourceRecord[];
  readonly ended: readonly FoundFile[];
}

/** Fills pages. Small files share one; of a file that turns out unreadable, what has not gone out yet can be dropped. */
export function createPageBuffer() {
  let records: SourceRecord[] = [];
  let ended: FoundFile[] = [];
  let bytes = 0;
  let fileStart = 0;
  return {
    isFull: (): boolean => records.length >= maxPageRecords || bytes >= maxPageBytes,
    isEmpty: (): boolean => records.length === 0 && ended.length === 0,
    add(entry: Entry): void {
      if ('fault' in entry) {
        records.push({ fault: entry.fault, raw: entry.raw });
        bytes += entry.raw.length;
      } else {
        records.push({ record: entry.record });
        bytes += entry.bytes;
      }
    },
    endFile(file: FoundFile): void {
      ended.push(file);
      fileStart = records.length;
    },
    dropFile(): void {
      records.length = fileStart;
    },
    cut(): PageContent {
      const content = { records, ended };
      records = [];
      ended = [];
      bytes = 0;
      fileStart = 0;
      return content;
    },
  };
}
