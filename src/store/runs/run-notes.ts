import { sql } from 'kysely';
import type { CursorTrouble } from '../../contract/connector.ts';
import { present } from '../../contract/present.ts';
import { sealJson } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

/** What is reported of a run beside its counts. */
export interface RunNotes {
  /** Records that its mapping made something of. */
  readonly mapped: number;
  /** Leaves of the mapping that gave nothing for any of them: `map.status`. */
  readonly silent: readonly string[];
  /** Records whose version and the one before it cannot be ordered, and how such a version is written. */
  readonly unordered: { readonly records: number; readonly form: string | undefined };
  readonly reading: ReadingNotes | undefined;
}

/** Of the records that a run has read: how many have no version, or no value that moves the cursor. */
export interface ReadingNotes {
  readonly records: number;
  /** Absent where the resource has none. */
  readonly withoutVersion?: number;
  /** Have a version that no other one could be compared with, and how it is written. */
  readonly unordered?: { readonly records: number; readonly form: string };
  readonly cursor?: CursorTrouble;
}

/** What one batch adds to them. */
export interface BatchNotes {
  readonly mapped: number;
  readonly silent: readonly string[];
  readonly unordered: number;
  readonly form: string | undefined;
}

/** Returns the leaves that have given nothing so far. */
export async function addBatchNotes(
  db: Database,
  runId: number,
  batch: BatchNotes,
): Promise<readonly string[]> {
  const { mapped, silent, unordered, form } = batch;
  const { rows } = await sql<{ silent: string[] }>`
    insert into run_notes (run_id, mapped, silent, unordered, unordered_form)
    values (${runId}, ${mapped}, ${silent}::text[], ${unordered}, ${form ?? null})
    on conflict (run_id) do update
    set mapped = run_notes.mapped + excluded.mapped,
        silent = case
          when run_notes.silent is null then excluded.silent
          else array(select unnest(run_notes.silent) intersect select unnest(excluded.silent) order by 1)
        end,
        unordered = run_notes.unordered + excluded.unordered,
        unordered_form = coalesce(run_notes.unordered_form, excluded.unordered_form)
    returning silent`.execute(db);
  return present(rows[0], 'the row of notes').silent;
}

export async function saveReadingNotes(db: Database, runId: number, reading: ReadingNotes): Promise<void> {
  await sql`
    insert into run_notes (run_id, reading) values (${runId}, ${sealJson(toJsonb(reading))})
    on conflict (run_id) do update set reading = excluded.reading`.execute(db);
}

export async function loadRunNotes(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, RunNotes>> {
  const { rows } = await sql<NotesRow>`select * from run_notes where run_id = any(${ids}::bigint[])`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.run_id, toNotes(row)]));
}

interface NotesRow {
  readonly run_id: number;
  readonly mapped: number;
  readonly silent: string[] | null;
  readonly unordered: number;
  readonly unordered_form: string | null;
  readonly reading: ReadingNotes | null;
}

function toNotes(row: NotesRow): RunNotes {
  return {
    mapped: row.mapped,
    silent: row.silent ?? [],
    unordered: { records: row.unordered, form: row.unordered_form ?? undefined },
    reading: row.reading ?? undefined,
  };
}
