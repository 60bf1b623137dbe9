import { listRuns, type Run } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { countWaiting } from '../../store/waiting/pending.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type RunDocument, toRunDocument } from './run-document.ts';

/** A run among others. */
export interface ListedRun extends RunDocument {
  readonly trigger: Run['trigger'];
  /** When it began, or was asked for where it has not yet. RFC 3339. */
  readonly startedAt: string;
}

/** Runs, the newest first; of one flow where one is named. */
export async function pageRuns(
  open: OpenDatabase,
  { flow }: { readonly flow?: string | undefined },
  { limit, cursor }: PageWish,
): Promise<ListPage<ListedRun>> {
  requirePageSize(limit);
  const [before] = parseCursor('runs', ['number'], cursor) ?? [];
  await requireKnownFlow(open, flow);
  const runs = await listRuns(open.db, { flow, before: before as number | undefined, limit: limit + 1 });
  const now = open.clock.now();
  return toPage(
    runs.map((run) => toListedRun(run, now)),
    { list: 'runs', limit, placeOf: ({ run }) => [run] },
  );
}

export function toListedRun(run: Run, now: number): ListedRun {
  const startedAt = (run.startedAt ?? run.createdAt).toISOString();
  return { ...toRunDocument(run, now), trigger: run.trigger, startedAt };
}

/** What is open beside runs, of one flow or of all. */
export interface OpenBeside {
  /** Records that wait. */
  readonly waiting: number;
  /** Fields that are not as before. */
  readonly drift: readonly DriftCount[];
}

export async function countOpenBeside({ db }: OpenDatabase, flow?: string): Promise<OpenBeside> {
  return { waiting: await countWaiting(db, flow), drift: await countDrifts(db, { flow }) };
}
