import type { OpenConnection } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import { loadPlanDocuments } from '../../store/runs/plans.ts';
import { compileFlow } from '../../workspace/compile/compile-flow.ts';
import { openToCompute } from '../../workspace/compile/open-connection.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** A flow as it was when a run was started, over systems that are not asked. */
export interface PinnedPlan {
  readonly plan: Plan;
  readonly workspace: Workspace;
}

export interface PinnedPlans {
  /** Returns why there is none, where what it needs is gone. */
  load(hash: string): Promise<PinnedPlan | { readonly why: string }>;
  close(): Promise<void>;
}

export function createPinnedPlans({ db, clock, parseDocuments }: OpenDatabase): PinnedPlans {
  const known = new Map<string, Promise<PinnedPlan | { readonly why: string }>>();
  const opened: OpenConnection[] = [];
  const tools = { clock, log: { debug: () => {}, warn: () => {} } };
  const compile = async (hash: string): Promise<PinnedPlan | { readonly why: string }> => {
    const stored = await loadPlanDocuments(db, hash);
    if (!stored) return { why: 'the flow of then is not kept any more' };
    try {
      const workspace = await parseDocuments(stored.documents);
      const open = (name: string) => {
        const connection = openToCompute(workspace, name, tools);
        opened.push(connection);
        return connection;
      };
      return { plan: compileFlow(workspace, stored.flow, { open }), workspace };
    } catch (thrown) {
      return { why: `the flow of then cannot be compiled any more: ${toFault(thrown).message}` };
    }
  };
  return {
    load(hash) {
      const plan = known.get(hash) ?? compile(hash);
      known.set(hash, plan);
      return plan;
    },
    async close() {
      await Promise.all(opened.map((connection) => connection.close()));
    },
  };
}
