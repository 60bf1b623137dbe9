import type { OpenConnection } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { Database } from '../../store/postgres/database.ts';
import { loadPlanDocuments } from '../../store/runs/plans.ts';
import { compileFlow } from '../../workspace/compile/compile-flow.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { LoadedWorkspace } from '../../workspace/load/load-workspace.ts';
import type { Workspace } from '../../workspace/workspace.ts';

export interface PinnedPlanTools {
  readonly db: Database;
  readonly parse: LoadedWorkspace['parse'];
  /** Opens connections for a workspace as it was. */
  readonly openFrom: (pinned: Workspace) => (connection: string) => OpenConnection;
}

/**
 * A flow as it was, from the files that were stored with its runs. It is known by their hash, also where a later version
 * of Tradelane would name these files otherwise. Throws a Fault where it cannot be compiled any more.
 */
export async function loadPinnedPlan(hash: string, { db, parse, openFrom }: PinnedPlanTools): Promise<Plan> {
  const stored = await loadPlanDocuments(db, hash);
  if (!stored) throw new Fault('TL_DEFECT', `the plan ${hash.slice(0, 12)} of a run is not in the database`);
  const pinned = parse(stored.documents);
  const plan = compileFlow(pinned, stored.flow, { open: openFrom(pinned) });
  return plan.hash === hash ? plan : Object.freeze({ ...plan, hash });
}
