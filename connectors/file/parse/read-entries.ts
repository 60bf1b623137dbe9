import type { FileHandle } from 'node:fs/promises';
import type { FileResource, ReadDeclaration } from '../declaration.ts';
import { groupNeighbours } from '../group/group-neighbours.ts';
import { groupWholeFile } from '../group/group-whole-file.ts';
import { readCsvEntries } from './csv/csv-entries.ts';
import type { HeaderNeeds } from './csv/csv-header.ts';
import { readUtf8 } from './decode-file.ts';
import { type Entries, type Entry, unreadable } from './entry.ts';
import { readFixedWidth } from './fixed-width.ts';
import { readJsonLines } from './json/json-lines.ts';
import { parseJsonRecords } from './json/json-records.ts';
import { readWholeText, toEntries } from './whole-file.ts';
import { readWorkbook } from './workbook.ts';
import { parseXmlRecords } from './xml-records.ts';

/** So many broken records in a row mean that the rest of the file is not what it is taken for. */
const maxBrokenInARow = 100;

export interface OpenFile {
  readonly handle: FileHandle;
  /** Relative to the connection's folder: the name in messages. */
  readonly file: string;
  readonly signal: AbortSignal;
}

/** The records (or, grouped, the documents) of one open file. Throws TL_SOURCE_UNREADABLE with file and line. */
export function readEntries(open: OpenFile, resource: FileResource, read: ReadDeclaration): Entries {
  const rows = stopWhenLost(readRows(open, resource, read), open.file);
  if (read.group === undefined) return rows;
  const grouping = { file: open.file, group: read.group, maxRecordBytes: read.maxRecordBytes };
  return read.group.sorted ? groupNeighbours(rows, grouping) : groupWholeFile(rows, grouping);
}

function readRows(open: OpenFile, resource: FileResource, read: ReadDeclaration): Entries {
  const { file } = open;
  const encoding = read.encoding ?? 'utf-8';
  const { maxRecordBytes } = read;
  switch (read.format) {
    case 'jsonl':
      return readJsonLines(readUtf8(open, encoding), { file, encoding, maxRecordBytes });
    case 'csv':
      return readCsvEntries(readUtf8(open, encoding), {
        file,
        encoding,
        maxRecordBytes,
        delimiter: read.delimiter,
        quote: read.quote,
        header: read.header,
        skip: read.skip,
        needs: headerNeeds(resource, read),
      });
    case 'fixed':
      return readFixedWidth(readUtf8(open, encoding), {
        file,
        encoding,
        maxRecordBytes,
        skip: read.skip,
        fields: read.fields,
      });
    case 'xlsx':
      return readWorkbook(open, {
        maxRecordBytes,
        sheet: read.sheet,
        skip: read.skip,
        header: read.header,
        needs: headerNeeds(resource, read),
      });
    case 'json':
    case 'xml':
      return readDocument(open, read);
  }
}

async function* readDocument(open: OpenFile, read: ReadDeclaration): Entries {
  const { file } = open;
  const { encoding, maxRecordBytes } = read;
  const whole = await readWholeText(open, { file, encoding, maxRecordBytes });
  const parse = read.format === 'json' ? parseJsonRecords : parseXmlRecords;
  yield toEntries(parse(whole.text, file, read.records), whole, { file, encoding, maxRecordBytes });
}

/** Without its key column, every record of a file would fail one by one. */
function headerNeeds(resource: FileResource, read: ReadDeclaration): HeaderNeeds {
  const { group } = read;
  const ofGroup =
    group === undefined
      ? []
      : [
          { name: group.by, as: 'column rows are grouped by' },
          ...(group.header ?? []).map((name) => ({ name, as: 'column kept on the document (group.header)' })),
        ];
  const ofRows = group !== undefined && resource.key.startsWith(`${group.as}.`);
  return {
    columns: read.columns,
    used: ofRows ? ofGroup : [{ name: resource.key, as: "resource's key" }, ...ofGroup],
    reserved: group?.as,
  };
}

async function* stopWhenLost(entries: Entries, file: string): Entries {
  let broken = 0;
  for await (const block of entries) {
    for (const entry of block) {
      broken = 'fault' in entry ? broken + 1 : 0;
      if (broken >= maxBrokenInARow) throw lost(entry, file);
    }
    yield block;
  }
}

function lost(entry: Entry, file: string): Error {
  const reason = 'fault' in entry ? entry.fault.message : '';
  return unreadable(
    file,
    entry.line,
    `${maxBrokenInARow} records in a row cannot be read, the last one because: ${reason}`,
  );
}
