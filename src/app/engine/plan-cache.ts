import type { Clock, ConnectorLog, OpenConnection, PageLengths } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { SharedLimits } from '../../contract/shared-limits.ts';
import type { Database } from '../../store/postgres/database.ts';
import { loadPlanDocuments, type StoredDocument } from '../../store/runs/plans.ts';
import { compileFlow } from '../../workspace/compile/compile-flow.ts';
import { openConnection } from '../../workspace/compile/open-connection.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { planDocuments } from '../../workspace/compile/plan-documents.ts';
import type { LoadedWorkspace } from '../../workspace/load/load-workspace.ts';
import type { Workspace } from '../../workspace/workspace.ts';

export interface CompiledFlow {
  readonly flow: string;
  readonly hash: string;
  readonly documents: readonly StoredDocument[];
  readonly plan: Plan;
}

export interface PlanCache {
  workspace(): Workspace;
  /** From here on, flows are started as this workspace has them; runs under way keep their own plans. */
  use(loaded: LoadedWorkspace): void;
  /** Throws a Fault TL_WORKSPACE_INVALID for a flow that does not exist or has mistakes. */
  compile(flow: string): CompiledFlow;
  /** The plan of a run, from the files that were stored with it if it is not one of ours. */
  load(hash: string): Promise<Plan>;
  close(): Promise<void>;
}

interface CacheTools {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: (connection: string) => ConnectorLog;
  /** What one opened connection shares of its limits with other processes. */
  readonly shareLimits: (connection: string) => SharedLimits;
  readonly rememberPages: (connection: string) => PageLengths;
}

/**
 * Plans by hash, over connections that are opened once and shared by all flows. A plan is pinned to the files it was
 * compiled from; a connection is not: a corrected password reaches the work that has been waiting for it.
 */
export function createPlanCache(first: LoadedWorkspace, tools: CacheTools): PlanCache {
  let loaded = first;
  const connections = new Map<string, OpenConnection>();
  const compiled = new Map<string, CompiledFlow>();
  const byHash = new Map<string, Plan>();

  const openFrom = (pinned: Workspace) => (name: string) => {
    const workspace = loaded.workspace.connections.has(name) ? loaded.workspace : pinned;
    const identity = identityOf(workspace, name);
    const known = connections.get(identity);
    if (known) return known;
    const opened = openConnection(workspace, name, {
      clock: tools.clock,
      log: tools.log(name),
      shared: tools.shareLimits(name),
      pages: tools.rememberPages(name),
    });
    connections.set(identity, opened);
    return opened;
  };

  return {
    workspace: () => loaded.workspace,
    use: (next) => {
      loaded = next;
      compiled.clear();
      // Plans of earlier versions are compiled again when they are asked for, over the connections as they are now.
      byHash.clear();
    },
    compile: (flow) => {
      const known = compiled.get(flow);
      if (known) return known;
      const plan = compileFlow(loaded.workspace, flow, { open: openFrom(loaded.workspace) });
      const documents = planDocuments(loaded.workspace, flow).map(({ path, text }) => ({ path, text }));
      const fresh = { flow, hash: plan.hash, documents, plan };
      compiled.set(flow, fresh);
      byHash.set(plan.hash, plan);
      return fresh;
    },
    load: async (hash) => {
      const known = byHash.get(hash);
      if (known) return known;
      const stored = await loadPlanDocuments(tools.db, hash);
      if (!stored)
        throw new Fault('TL_DEFECT', `the plan ${hash.slice(0, 12)} of a run is not in the database`);
      const pinned = loaded.parse(stored.documents);
      const plan = compileFlow(pinned, stored.flow, { open: openFrom(pinned) });
      byHash.set(hash, plan);
      return plan;
    },
    close: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

/** What a connection was opened from: if any of it changes, it is another connection. */
function identityOf(workspace: Workspace, name: string): string {
  const entry = workspace.connections.get(name);
  const connector = entry && workspace.connectors.get(entry.connector);
  const { findings: _unrelated, ...said } = entry ?? { findings: [] };
  return JSON.stringify([name, said, connector && workspace.files.get(connector.file)?.text]);
}
