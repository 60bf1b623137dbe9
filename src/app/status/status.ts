import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import type { Pause } from '../../store/waiting/pauses.ts';
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
  /** What somebody lets stand still. */
  readonly pauses: readonly Pause[];
  /** The newest of each flow, and whatever is still open. */
  readonly runs: readonly ListedRun[];
  readonly drift: readonly DriftCount[];
  /** By the clock of the database, in milliseconds: ages are counted from here. */
  readonly at: number;
  /** By how many seconds the clock of this machine is ahead of the database's; below zero, behind it. */
  readonly clockAheadSeconds: number;
  readonly ending: Ending;
}

/** @param scope - of these flows alone, and what is about them. */
export async function loadWholeStatus(open: OpenDatabase, scope: FlowScope = 'all'): Promise<Status> {
  const { db, clock } = open;
  const workspace = await open.findWorkspace();
  const now = clock.now();
  const [standing, drift, connections] = await Promise.all([
    loadStatus(db, workspace, now),
    countDrifts(db, { flows: scope }),
    listAwayConnections(db, scope),
  ]);
  const flows = standing.flows.filter(({ flow }) => isInScope(scope, flow));
  const runs = standing.runs.filter(({ flow }) => isInScope(scope, flow));
  const isOver = (pause: Pause) =>
    flows.some(({ pauses }) => pauses.some((each) => isSamePause(each, pause)));
  const pauses = scope === 'all' ? standing.pauses : standing.pauses.filter(isOver);
  const at = standing.at.getTime();
  return {
    flows,
    connections,
    pauses,
    runs: runs.map((run) => toListedRun(run, at)),
    drift,
    at,
    clockAheadSeconds: aheadSeconds(now - at),
    ending: flows.some(({ needs }) => needs.length > 0) ? 'findings' : 'clean',
  };
}

function isSamePause(one: Pause, other: Pause): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** Less than a minute may be the time that the answer took. */
function aheadSeconds(differenceMs: number): number {
  return Math.abs(differenceMs) < 60_000 ? 0 : Math.round(differenceMs / 1_000);
}

/** As one document. */
export function toStatusDocument({ flows, connections, pauses, runs, drift, at, ...status }: Status) {
  return {
    ok: status.ending === 'clean',
    flows: flows.map(({ lastRun, caughtUpAt, ...flow }) => ({
      ...flow,
      ...(lastRun && { lastRun: toListedRun(lastRun, at) }),
      ...(caughtUpAt && {
        caughtUpAt,
        lagSeconds: Math.max(0, Math.round((at - caughtUpAt.getTime()) / 1_000)),
      }),
    })),
    connections,
    pauses,
    runs,
    drift,
    at: new Date(at),
    ...(status.clockAheadSeconds !== 0 && { clockAheadSeconds: status.clockAheadSeconds }),
  };
}
