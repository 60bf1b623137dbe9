import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codesWhere } from '../../contract/fault-table.ts';
import { loadErrorTrends } from '../../store/errors/error-trends.ts';
import { countMutedErrors } from '../../store/errors/muted-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { type FlowState, loadDatabaseTimes, loadFlowStates } from '../../store/runs/flow-states.ts';
import { listCurrentRuns, loadRuns, type Run } from '../../store/runs/runs.ts';
import { listPauseEnds, listPauses, type Pause } from '../../store/waiting/pauses.ts';
import {
  type AwayConnection,
  listAwayConnections,
  listWaitingFor,
  listWaitingLanes,
  type WaitingCause,
} from '../../store/waiting/pending.ts';
import { createTickFinder } from '../../triggers/next-ticks.ts';
import { mistakesOf } from '../../workspace/mistakes.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { coversFlow, type FlowConnections, loadFlowConnections } from '../pauses/flow-connections.ts';
import { type KnownFlow, toFlowStatus } from './flow-status.ts';
import type { FlowStatus } from './standing.ts';

/** What waits because of these does not go on without a person. */
const misconfiguredCodes = codesWhere(({ kind, side }) => kind === 'config' && side === 'system');

/** Enough to see what kind of trouble there is. */
const lanesLookedAt = 1_000;

/** How all flows stand, with what that was made of. */
export interface FlowsStanding {
  /** Those of the workspace, and those that are gone from it while something of theirs is left. */
  readonly flows: readonly FlowStatus[];
  readonly connections: readonly AwayConnection[];
  readonly pauses: readonly Pause[];
  /** The newest run of each flow, and whatever is still open. */
  readonly runs: readonly Run[];
  /** By the clock of the database, which has dated all of this. */
  readonly at: Date;
}

/**
 * A few statements, however many flows there are.
 *
 * @param now - by the clock that ticks are fired by; milliseconds.
 */
export async function loadStatus(
  db: Database,
  workspace: Workspace | undefined,
  now: number,
): Promise<FlowsStanding> {
  const facts = await loadFacts(db, workspace);
  const writtenAt = await loadWrittenAt(workspace);
  const ticksOf = createTickFinder();
  const flows = facts.states.map((state) => {
    const over = facts.pauseEnds.filter((pause) => coversFlow(pause, state.flow, facts.ends));
    const moments = [facts.times.begun, ...over.map(({ at }) => at)].map((at) => at?.getTime() ?? 0);
    const since = Math.max(writtenAt.get(state.flow) ?? 0, ...moments);
    return toFlowStatus({ ...knownOf(state, workspace, facts), since }, ticksOf, now);
  });
  return {
    flows: flows.filter(isWorthTelling),
    connections: facts.circuits,
    pauses: facts.pauses,
    runs: facts.runs,
    at: facts.times.now,
  };
}

interface Facts {
  readonly times: Awaited<ReturnType<typeof loadDatabaseTimes>>;
  readonly states: readonly FlowState[];
  readonly errors: Awaited<ReturnType<typeof loadErrorTrends>>;
  readonly muted: ReadonlyMap<string, number>;
  readonly circuits: readonly AwayConnection[];
  readonly pauses: readonly Pause[];
  readonly pauseEnds: Awaited<ReturnType<typeof listPauseEnds>>;
  /** By flow: the connections that it reads and writes. */
  readonly ends: FlowConnections;
  readonly waiting: ReadonlyMap<string, readonly WaitingCause[]>;
  readonly runs: readonly Run[];
  readonly held: ReadonlyMap<string, readonly Run[]>;
  readonly lastRuns: ReadonlyMap<number, Run>;
}

async function loadFacts(db: Database, workspace: Workspace | undefined): Promise<Facts> {
  const named = [...(workspace?.flows.keys() ?? [])];
  const [times, states, errors, muted, circuits, lanes, lone, runs, pauses, pauseEnds] = await Promise.all([
    loadDatabaseTimes(db),
    loadFlowStates(db, named),
    loadErrorTrends(db),
    countMutedErrors(db),
    listAwayConnections(db),
    listWaitingLanes(db, { limit: lanesLookedAt }),
    listWaitingFor(db, misconfiguredCodes),
    listCurrentRuns(db),
    listPauses(db),
    listPauseEnds(db),
  ]);
  return {
    times,
    states,
    errors,
    muted,
    circuits,
    pauses,
    pauseEnds,
    ends: await loadFlowConnections(
      db,
      workspace,
      // Where nothing was ever paused, nobody asks.
      pauses.length + pauseEnds.length === 0 ? [] : states.map(({ flow }) => flow),
    ),
    waiting: Map.groupBy<string, WaitingCause>([...lanes, ...lone], ({ flow }) => flow),
    runs,
    held: Map.groupBy(
      runs.filter(({ status }) => status === 'held'),
      ({ flow }) => flow,
    ),
    lastRuns: await loadRuns(
      db,
      states.flatMap(({ lastRun }) => lastRun ?? []),
    ),
  };
}

function knownOf(state: FlowState, workspace: Workspace | undefined, facts: Facts): Omit<KnownFlow, 'since'> {
  const { flow, lastRun } = state;
  const entry = workspace?.flows.get(flow);
  return {
    state,
    entry,
    errors: facts.errors.get(flow),
    mutedErrors: facts.muted.get(flow) ?? 0,
    hasWorkspace: workspace !== undefined,
    isBroken: workspace !== undefined && entry !== undefined && mistakesOf(workspace, entry).length > 0,
    lastRun: lastRun === null ? undefined : facts.lastRuns.get(lastRun),
    heldRuns: facts.held.get(flow) ?? [],
    circuits: facts.circuits,
    pauses: facts.pauses.filter((pause) => coversFlow(pause, flow, facts.ends)),
    waiting: facts.waiting.get(flow) ?? [],
  };
}

function isWorthTelling({ files, needs, waiting }: FlowStatus): boolean {
  return files !== 'gone' || needs.some(({ kind }) => kind !== 'failed') || waiting.records > 0;
}

/** When the file of each flow was written; a flow of the package itself has none here. */
async function loadWrittenAt(workspace: Workspace | undefined): Promise<ReadonlyMap<string, number>> {
  const found = [...(workspace?.flows ?? [])].map(async ([flow, { file }]) => {
    const written = await stat(join(workspace?.dir ?? '', file)).catch(() => undefined);
    return [flow, written?.mtimeMs ?? 0] as const;
  });
  return new Map(await Promise.all(found));
}
