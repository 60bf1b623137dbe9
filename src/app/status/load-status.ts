import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codesWhere } from '../../contract/fault-table.ts';
import type { Database } from '../../store/postgres/database.ts';
import { databaseSince, loadFlowStates } from '../../store/runs/flow-states.ts';
import { listCurrentRuns, loadRun } from '../../store/runs/runs.ts';
import { listAwayConnections, listWaitingFor, listWaitingLanes } from '../../store/waiting/pending.ts';
import { mistakesOf } from '../../workspace/mistakes.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { toFlowStatus } from './flow-status.ts';
import type { FlowStatus } from './standing.ts';

/** What waits because of these does not go on without a person. */
const misconfiguredCodes = codesWhere(({ kind, side }) => kind === 'config' && side === 'system');

/** Enough to see what kind of trouble there is. */
const lanesLookedAt = 1_000;

/** How every flow of the workspace stands, and those that are gone from it while something of theirs is left. */
export async function loadStatus(
  db: Database,
  workspace: Workspace | undefined,
  now: number,
): Promise<readonly FlowStatus[]> {
  const flows = workspace?.flows ?? new Map();
  const [states, circuits, lanes, lone, current, begun] = await Promise.all([
    loadFlowStates(db, [...flows.keys()]),
    listAwayConnections(db),
    listWaitingLanes(db, { limit: lanesLookedAt }),
    listWaitingFor(db, misconfiguredCodes),
    listCurrentRuns(db),
    databaseSince(db),
  ]);
  const all = states.map(async (state): Promise<FlowStatus> => {
    const { flow, lastRun } = state;
    const entry = flows.get(flow);
    const known = {
      state,
      entry,
      hasWorkspace: workspace !== undefined,
      isBroken: workspace !== undefined && entry !== undefined && mistakesOf(workspace, entry).length > 0,
      since: Math.max(
        begun?.getTime() ?? 0,
        workspace && entry ? await writtenAt(workspace.dir, entry.file) : 0,
      ),
      lastRun: lastRun === null ? undefined : await loadRun(db, lastRun),
      heldRuns: current.filter((run) => run.flow === flow && run.status === 'held'),
      circuits,
      waiting: [...lanes, ...lone].filter((each) => each.flow === flow),
    };
    return toFlowStatus(known, now);
  });
  return (await Promise.all(all)).filter(({ files, needs, waiting }) =>
    files === 'gone' ? needs.some(({ kind }) => kind !== 'failed') || waiting.records > 0 : true,
  );
}

/** A flow of the package itself has no file here. */
async function writtenAt(dir: string, file: string): Promise<number> {
  const found = await stat(join(dir, file)).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}
