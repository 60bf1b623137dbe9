import type { Database } from '../../store/postgres/database.ts';
import { loadPlanEnds } from '../../store/runs/plan-ends.ts';
import type { PauseSubject } from '../../store/waiting/pauses.ts';
import type { FlowEntry, Workspace } from '../../workspace/workspace.ts';

/** By flow: the connections that it reads and writes. */
export type FlowConnections = ReadonlyMap<string, readonly string[]>;

/** As its file says it; of a flow that has none (any more), as it was last run. */
export async function loadFlowConnections(
  db: Database,
  workspace: Workspace | undefined,
  flows: readonly string[],
): Promise<FlowConnections> {
  const entries = new Map(
    flows.flatMap((flow) => {
      const entry = workspace?.flows.get(flow);
      return entry ? [[flow, connectionsOf(entry)] as const] : [];
    }),
  );
  const others = flows.filter((flow) => !entries.has(flow));
  const ends = others.length === 0 ? [] : await loadPlanEnds(db, others);
  return new Map([...entries, ...ends.map(({ flow, source, target }) => [flow, [source, target]] as const)]);
}

/** Those that the file of a flow names, its source first; it may have mistakes. */
export function connectionsOf({ value }: Pick<FlowEntry, 'value'>): readonly string[] {
  const said = value as
    | {
        readonly source?: { readonly connection?: unknown };
        readonly target?: { readonly connection?: unknown };
      }
    | undefined;
  const names = [said?.source?.connection, said?.target?.connection];
  return names.filter((name) => typeof name === 'string');
}

/** Does a pause of this let the flow stand still? */
export function coversFlow({ kind, name }: PauseSubject, flow: string, ends: FlowConnections): boolean {
  return kind === 'flow' ? name === flow : (ends.get(flow) ?? []).includes(name);
}
