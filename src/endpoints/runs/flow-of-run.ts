import { listFlowsOfRuns } from '../../store/runs/runs.ts';
import type { Desk } from '../desk.ts';

/** The flow of a run; none, where there is no such run. */
export function flowOfRun(desk: Desk, { run }: { readonly run: number }): Promise<readonly string[]> {
  return flowsOfRuns(desk, [run]);
}

export async function flowsOfRuns({ open }: Desk, runs: readonly number[]): Promise<readonly string[]> {
  return await listFlowsOfRuns(open.db, runs);
}
