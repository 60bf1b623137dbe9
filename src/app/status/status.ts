import { listCurrentRuns } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { type AwayConnection, listAwayConnections } from '../../store/waiting/pending.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { Ending } from '../runs/ending.ts';
import { type ListedRun, toListedRun } from '../runs/list-runs.ts';
import { loadStatus } from './load-status.ts';
import type { FlowStatus } from './standing.ts';

/** How all flows stand, and what needs a person. */
export interface Status {
  readonly flows: readonly FlowStatus[];
  readonly connections: readonly AwayConnection[];
  /** The newest of each flow, and whatever is still open. */
  readonly runs: readonly ListedRun[];
  readonly drift: readonly DriftCount[];
  readonly at: number;
  readonly ending: Ending;
}

export async function loadWholeStatus(open: OpenDatabase): Promise<Status> {
  const { db, clock } = open;
  const at = clock.now();
  const flows = await loadStatus(db, await open.findWorkspace(), at);
  const runs = await listCurrentRuns(db);
  return {
    flows,
    connections: await listAwayConnections(db),
    runs: runs.map((run) => toListedRun(run, at)),
    drift: await countDrifts(db, {}),
    at,
    ending: flows.some(({ needs }) => needs.length > 0) ? 'findings' : 'clean',
  };
}

/** As one document. */
export function toStatusDocument({ flows, connections, runs, drift, at, ending }: Status) {
  return {
    ok: ending === 'clean',
    flows: flows.map(({ lastRun, caughtUpAt, ...flow }) => ({
      ...flow,
      ...(lastRun && { lastRun: toListedRun(lastRun, at) }),
      ...(caughtUpAt && { caughtUpAt, lagSeconds: Math.round((at - caughtUpAt.getTime()) / 1_000) }),
    })),
    connections,
    runs,
    drift,
  };
}
