import { stat } from 'node:fs/promises';
import { Fault } from '../contract/fault.ts';
import { formatFinding, isError } from '../workspace/finding.ts';
import { type LoadedWorkspace, openWorkspace } from '../workspace/load-workspace.ts';
import type { Context } from './context.ts';
import { printNote } from './output/print.ts';

/** Loads a workspace, whatever is wrong with it. */
export async function loadFrom(context: Context, dir: string): Promise<LoadedWorkspace> {
  const found = await stat(dir).catch(() => undefined);
  if (!found?.isDirectory()) throw new Fault('TL_WORKSPACE_INVALID', `there is no folder ${dir}`);
  return await openWorkspace(dir, { env: context.env, builtinDir: context.packageDir });
}

/** A flow that can be run. Mistakes elsewhere in the workspace are none of its business. */
export function requireFlow({ workspace }: LoadedWorkspace, context: Context, flow: string): void {
  const entry = workspace.flows.get(flow);
  if (!entry) {
    const known = [...workspace.flows.keys()].sort();
    const list = known.length === 0 ? 'there are none in flows/' : `there are: ${known.join(', ')}`;
    throw new Fault('TL_WORKSPACE_INVALID', `no flow "${flow}" in this workspace; ${list}`);
  }
  const mistakes = findingsOf(workspace, flow).filter(isError);
  if (mistakes.length === 0) return;
  for (const finding of mistakes) printNote(context, formatFinding(finding));
  throw new Fault(
    'TL_WORKSPACE_INVALID',
    `flow "${flow}" cannot be run as long as it has these ${mistakes.length} mistakes`,
  );
}

/** Findings that concern a flow: its own, and those of the connections and connectors it uses. */
function findingsOf(workspace: LoadedWorkspace['workspace'], flow: string) {
  const entry = workspace.flows.get(flow);
  const said = entry?.document.value as
    | { source?: { connection?: string }; target?: { connection?: string } }
    | undefined;
  const names = new Set([said?.source?.connection, said?.target?.connection]);
  const connections = [...names].flatMap((name) => workspace.connections.get(name ?? '') ?? []);
  const connectors = connections.flatMap(({ connector }) => workspace.connectors.get(connector) ?? []);
  return [entry, ...connections, ...connectors].flatMap((each) => each?.findings ?? []);
}
