import type { KeptEnd } from '../../store/history/block.ts';
import {
  type EndOfRun,
  findEndsOfRun,
  loadHistoryStart,
  loadKeeping,
} from '../../store/history/blocks-of-run.ts';
import type { Database } from '../../store/postgres/database.ts';
import { loadRun, type Run } from '../../store/runs/runs.ts';
import { formatCursor, parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize } from '../lists/page.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { unknownRun } from './unknown-run.ts';

/** What became of a record of a run, once. */
export interface RunRecord
  extends Pick<
    KeptEnd,
    'outcome' | 'did' | 'targetId' | 'stage' | 'attempt' | 'waitMs' | 'missing' | 'reason' | 'isAgain'
  > {
  /** Empty where none could be read. */
  readonly key: string;
  readonly at: Date;
  readonly code?: string;
  readonly message?: string;
}

/** A page of them, and what is worth knowing of the list. It may be shorter than was asked for, and go on all the same. */
export type RunRecordsPage = ListPage<RunRecord> & { readonly notes: readonly string[] };

export interface RunRecordsWish {
  readonly run: number;
  readonly outcomes?: readonly KeptEnd['outcome'][] | undefined;
}

/** So many blocks are looked into for one page: one with few hits among very many records would never come. */
const maxBlocks = 200;

/**
 * What became of the records of a run, in the order in which it was written down, as far as history has kept it. Throws a
 * Fault TL_NOT_FOUND if there is no such run.
 */
export async function pageRunRecords(
  { db }: OpenDatabase,
  { run: id, outcomes }: RunRecordsWish,
  { limit, cursor }: PageWish,
): Promise<RunRecordsPage> {
  requirePageSize(limit);
  const list = `records of ${id}`;
  const after = parseCursor(list, ['number', 'number', 'number'], cursor);
  const run = await loadRun(db, id);
  if (!run) throw await unknownRun(db, id);
  const found = await findEndsOfRun(db, {
    ...{ run: id, outcomes, limit, maxBlocks },
    after: after as unknown as EndOfRun['place'] | undefined,
  });
  return {
    items: found.ends.map(toRecord),
    ...(found.next && { next: formatCursor(list, found.next) }),
    notes: cursor === undefined ? await notesOn(db, run) : [],
  };
}

function toRecord({ key, at, end }: EndOfRun): RunRecord {
  const { fault, fingerprint: _print, patch: _patch, ...told } = end;
  return { key, at, ...told, ...(fault && { code: fault.code, message: fault.message }) };
}

/** That something is not listed does not say that it did not happen. */
async function notesOn(db: Database, { id, counts, createdAt }: Run): Promise<readonly string[]> {
  const [keeping = 'changes', start] = [await loadKeeping(db, id), await loadHistoryStart(db)];
  const said = notKept[keeping];
  const isDropped = start !== undefined && createdAt < start;
  return [
    ...(said === undefined ? [] : [said]),
    ...(counts.unchanged > 0 && keeping !== 'none'
      ? ['what was found unchanged as it was read is only counted, and not listed']
      : []),
    ...(isDropped
      ? [`history begins at ${start.toISOString()}: of what happened before, nothing is kept`]
      : []),
  ];
}

const notKept: Readonly<Record<string, string>> = {
  none: 'its flow keeps no history (history: none)',
  failures: 'its flow keeps only what failed or waited (history: failures)',
};
