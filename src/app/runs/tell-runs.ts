import type { Database } from '../../store/postgres/database.ts';
import { listAbsences, type RunAbsence } from '../../store/runs/absences.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import type { Note } from './run-notes.ts';
import { notesOf } from './show-run.ts';

/** What there is to tell of runs beside their counts. */
export interface RunsBeside {
  readonly drift: readonly DriftCount[];
  readonly absences: readonly RunAbsence[];
  readonly notes: readonly Note[];
}

/** Of a run and those before it. */
export async function tellRuns(db: Database, run: number, earlier: readonly number[]): Promise<RunsBeside> {
  const runs = [...earlier, run];
  return {
    drift: await countDrifts(db, { runs }),
    notes: await notesOf(db, run),
    absences: await listAbsences(db, runs),
  };
}
