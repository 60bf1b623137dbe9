import { isInScope } from '../../contract/flow-scope.ts';
import { loadRuns } from '../../store/runs/runs.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type ListedRun, toListedRun } from '../runs/list-runs.ts';
import type { FoundSome, SearchWish } from './found-some.ts';

export interface RunsToFind extends SearchWish {
  /** In which records with the text were. */
  readonly runs: readonly number[];
  readonly isCut: boolean;
}

/** Runs of records that have a text, the newest first; before them the one that has it for its number. */
export async function searchRuns(
  { db, clock }: OpenDatabase,
  { text, flows, limit, runs, isCut }: RunsToFind,
): Promise<FoundSome<ListedRun>> {
  const named = /^\d{1,9}$/.test(text) ? [Number(text)] : [];
  const ids = [...new Set([...named, ...runs.toSorted((a, b) => b - a)])];
  const known = await loadRuns(db, ids);
  const own = ids.flatMap((id) => {
    const run = known.get(id);
    return run !== undefined && isInScope(flows, run.flow) ? [run] : [];
  });
  const items = own.slice(0, limit).map((run) => toListedRun(run, clock.now()));
  return { count: own.length, ...(isCut && { isCut }), items };
}
