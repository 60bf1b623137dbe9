import type { Database } from '../../../store/postgres/database.ts';
import { loadPlanEnds } from '../../../store/runs/plan-ends.ts';
import type { FlowNames } from './facts.ts';

/**
 * What flows and their ends are called, as they were last run: the files of the workspace need not be at hand, and are
 * not read for it.
 */
export async function loadFlowNames(
  db: Database,
  flows: readonly string[],
): Promise<(flow: string) => FlowNames> {
  const ends = await loadPlanEnds(db, [...new Set(flows)]);
  const byFlow = new Map(ends.map((each) => [each.flow, each]));
  return (flow) => {
    const { entity, source, target } = byFlow.get(flow) ?? {};
    return {
      flow,
      ...(entity && { record: entity }),
      ...(source !== undefined && { source }),
      ...(target !== undefined && { target }),
    };
  };
}
