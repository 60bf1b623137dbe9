import { isError } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { FileResult } from '../run-tests.ts';
import type { FlowCoverage } from './coverage.ts';
import { observeFlow } from './observe-flow.ts';

/**
 * How much of each flow the results of its files reach, sorted by flow. Flows with mistakes are left out: nothing can
 * be said of them.
 */
export async function measureCoverage(
  workspace: Workspace,
  results: readonly FileResult[],
  flows: readonly string[],
): Promise<readonly FlowCoverage[]> {
  const sound = flows.filter((flow) => workspace.flows.get(flow)?.findings.some(isError) === false);
  const measured = [...new Set(sound)].sort().map((flow) => {
    const cases = results.filter((result) => result.flow === flow).flatMap((result) => result.cases);
    return observeFlow(workspace, flow, cases);
  });
  return await Promise.all(measured);
}
