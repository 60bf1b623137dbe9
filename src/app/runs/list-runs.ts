import { listRuns, type Run, type RunFilter } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { countWaiting, type FlowFilter } from '../../store/waiting/pending.ts';
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

/** Which runs are meant; all of it must fit. */
export type RunsWish = Omit<RunFilter, 'before' | 'limit'>;

/** Runs, the newest first. */
export async function pageRuns(
  open: OpenDatabase,
  wish: RunsWish,
  { limit, cursor }: PageWish,
): Promise<ListPage<ListedRun>> {
  requirePageSize(limit);
  const [before] = parseCursor('runs', ['number'], cursor) ?? [];
  await requireKnownFlow(open, wish.flow, wish.flows);
  const runs = await listRuns(open.db, { ...wish, before: before as number | undefined, limit: limit + 1 });
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

/** What is open beside runs. */
export interface OpenBeside {
  /** Records that wait. */
  readonly waiting: number;
  /** Fields that are not as before. */
  readonly drift: readonly DriftCount[];
}

export async function countOpenBeside({ db }: OpenDatabase, which: FlowFilter): Promise<OpenBeside> {
  return { waiting: await countWaiting(db, which), drift: await countDrifts(db, which) };
}
