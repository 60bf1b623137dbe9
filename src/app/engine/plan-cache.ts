import type { OpenConnection } from '../../contract/connector.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { StoredDocument } from '../../store/runs/plans.ts';
import { compileFlow } from '../../workspace/compile/compile-flow.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { planDocuments } from '../../workspace/compile/plan-documents.ts';
import type { LoadedWorkspace } from '../../workspace/load/load-workspace.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { loadPinnedPlan } from './pinned-plan.ts';
import { createPlanConnections, type PlanConnectionTools } from './plan-connections.ts';

export interface CompiledFlow {
  readonly flow: string;
  readonly hash: string;
  readonly documents: readonly StoredDocument[];
  readonly plan: Plan;
}

export interface PlanCache {
  workspace(): Workspace;
  /** The workspace as other files have it. */
  parse(documents: readonly StoredDocument[]): Workspace;
  /** From here on, flows are started as this workspace has them; runs under way keep their own plans. */
  use(loaded: LoadedWorkspace): void;
  /** Throws a Fault TL_WORKSPACE_INVALID for a flow that does not exist or has mistakes. */
  compile(flow: string): CompiledFlow;
  /** The plan of a run, from the files that were stored with it if it is not one of ours. */
  load(hash: string): Promise<Plan>;
  /** A connection of its own, to see whether it works: whoever asks for it closes it. */
  openAnew(connection: string): OpenConnection;
  close(): Promise<void>;
}

type CacheTools = PlanConnectionTools & { readonly db: Database };

/**
 * Plans by hash, over connections that are opened once and shared by all flows. A plan is pinned to the files it was
 * compiled from; a connection is not: a corrected password reaches the work that has been waiting for it.
 */
export function createPlanCache(first: LoadedWorkspace, { db, ...tools }: CacheTools): PlanCache {
  let loaded = first;
  const connections = createPlanConnections(tools);
  const compiled = new Map<string, CompiledFlow>();
  const byHash = new Map<string, Plan>();
  const openFrom = (pinned: Workspace) => (name: string) =>
    connections.open(loaded.workspace.connections.has(name) ? loaded.workspace : pinned, name);
  return {
    workspace: () => loaded.workspace,
    parse: (documents) => loaded.parse(documents),
    use: (next) => {
      loaded = next;
      compiled.clear();
      // Plans of earlier versions are compiled again when they are asked for, over the connections as they are now.
      byHash.clear();
    },
    compile: (flow) => {
      const known = compiled.get(flow);
      if (known) return known;
      const fresh = compileNow(loaded.workspace, flow, openFrom(loaded.workspace));
      compiled.set(flow, fresh);
      byHash.set(fresh.hash, fresh.plan);
      return fresh;
    },
    load: async (hash) => {
      const known = byHash.get(hash);
      if (known) return known;
      const plan = await loadPinnedPlan(hash, { db, parse: loaded.parse, openFrom });
      byHash.set(hash, plan);
      return plan;
    },
    openAnew: (connection) => connections.openAnew(loaded.workspace, connection),
    close: () => connections.close(),
  };
}

function compileNow(
  workspace: Workspace,
  flow: string,
  open: (connection: string) => OpenConnection,
): CompiledFlow {
  const plan = compileFlow(workspace, flow, { open });
  const documents = planDocuments(workspace, flow).map(({ path, text }) => ({ path, text }));
  return { flow, hash: plan.hash, documents, plan };
}
