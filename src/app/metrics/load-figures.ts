import type { FlowFigures, StateFigures } from '../../observe/metrics/state-series.ts';
import {
  countUnbalancedRuns,
  loadOpenRunsFigures,
  loadWaitingFigures,
} from '../../store/figures/work-figures.ts';
import type { Database } from '../../store/postgres/database.ts';
import { listProcesses, type SeenProcess } from '../../store/processes/processes.ts';
import { type CircuitFigure, listCircuitFigures } from '../../store/waiting/circuits.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { aliveMs } from '../health/heartbeat.ts';
import { loadStatus } from '../status/load-status.ts';
import type { FlowStatus, Need } from '../status/standing.ts';

/**
 * All that the database knows, for figures about it: a dozen statements, however many flows there are.
 *
 * @param now - by the clock that ticks are fired by; milliseconds.
 */
export async function loadStateFigures(
  db: Database,
  workspace: Workspace | undefined,
  now: number,
): Promise<StateFigures> {
  const [standing, waiting, openRuns, circuits, unbalancedRuns, processes] = await Promise.all([
    loadStatus(db, workspace, now),
    loadWaitingFigures(db),
    loadOpenRunsFigures(db),
    listCircuitFigures(db),
    countUnbalancedRuns(db),
    listProcesses(db, aliveMs),
  ]);
  const at = standing.at.getTime();
  const flows = standing.flows.map((flow) => toFlowFigures(flow, at));
  return {
    flows,
    pending: waiting,
    batches: toDepths(flows, waiting),
    openRuns,
    circuits: toCircuits(circuits, workspace),
    unbalancedRuns,
    processes: countByRole(processes),
  };
}

const needKinds = {
  files: 0,
  late: 0,
  failed: 0,
  connection: 0,
  held: 0,
  errors: 0,
} as const satisfies Record<Need['kind'], 0>;

/** @param at - by the clock of the database, which has dated what a flow did; milliseconds. */
function toFlowFigures(
  { flow, caughtUpAt, lastSuccess, behind, pauses, errors, needs }: FlowStatus,
  at: number,
): FlowFigures {
  return {
    flow,
    ...(caughtUpAt && { lagSeconds: Math.max(0, (at - caughtUpAt.getTime()) / 1_000) }),
    ...(lastSuccess && { succeededAt: lastSuccess.at.getTime() / 1_000 }),
    behindSeconds: behind?.seconds ?? 0,
    isPaused: pauses.length > 0,
    openErrors: errors.open,
    mutedErrors: errors.muted,
    needs: { ...needKinds, ...Object.fromEntries(needs.map(({ kind }) => [kind, 1 as const])) },
  };
}

/** Of a flow that has none, 0: that is how it mostly is. */
function toDepths(
  flows: readonly FlowFigures[],
  waiting: readonly { readonly flow: string; readonly batches: number }[],
): StateFigures['batches'] {
  const depths = new Map(flows.map(({ flow }) => [flow, 0]));
  for (const { flow, batches } of waiting) depths.set(flow, (depths.get(flow) ?? 0) + batches);
  return [...depths].map(([flow, batches]) => ({ flow, batches }));
}

function toCircuits(
  open: readonly CircuitFigure[],
  workspace: Workspace | undefined,
): StateFigures['circuits'] {
  const states = new Map<string, StateFigures['circuits'][number]['state']>();
  for (const connection of workspace?.connections.keys() ?? []) states.set(connection, 'closed');
  for (const { connection, isProbing } of open) states.set(connection, isProbing ? 'probing' : 'open');
  return [...states].map(([connection, state]) => ({ connection, state }));
}

/** None is a figure as well: that is when somebody wants to know. */
function countByRole(processes: readonly SeenProcess[]): StateFigures['processes'] {
  const alive = new Map([
    ['worker', 0],
    ['scheduler', 0],
  ]);
  for (const { roles } of processes) for (const role of roles) alive.set(role, (alive.get(role) ?? 0) + 1);
  return [...alive].map(([role, count]) => ({ role, alive: count }));
}
