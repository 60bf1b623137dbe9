import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { isError, isErrorOfRunning } from '../../workspace/finding.ts';
import { connectionsPath, isFlowPath } from '../../workspace/load/paths.ts';
import { mistakesOf } from '../../workspace/mistakes.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { FlowEntry, Workspace } from '../../workspace/workspace.ts';

/**
 * A flow that can be run. Mistakes elsewhere in the workspace are none of its business. Throws a Fault
 * TL_NOT_FOUND for one that is not there, TL_WORKSPACE_INVALID for one with mistakes, which are its `findings`.
 */
export function requireFlow({ workspace }: { readonly workspace: Workspace }, flow: string): void {
  const entry = workspace.flows.get(flow);
  if (!entry) {
    // It may stand in a file that cannot be read at all.
    const findings = workspace.findings.filter(
      ({ code, file }) => code.startsWith('TLW_FILE_') && isFlowPath(file),
    );
    const hint = hintFor(flow, [...workspace.flows.keys()].sort()) ?? 'there are none in flows/';
    throw new Fault('TL_NOT_FOUND', `no flow "${flow}" in this workspace; ${hint}`, { findings });
  }
  const findings = findingsOf(workspace, entry).filter(isError);
  if (findings.length === 0) return;
  throw new Fault(
    'TL_WORKSPACE_INVALID',
    `flow "${flow}" cannot be run as long as it has ${findings.length === 1 ? 'this mistake' : `these ${findings.length} mistakes`}`,
    { findings },
  );
}

/**
 * A workspace whose flows can all be run. Throws a Fault TL_WORKSPACE_INVALID for one with mistakes, which are its
 * `findings`.
 */
export function requireRunnable({ workspace }: { readonly workspace: Workspace }): void {
  const findings = workspace.findings.filter(isErrorOfRunning);
  if (findings.length === 0) return;
  throw new Fault(
    'TL_WORKSPACE_INVALID',
    `nothing was started: the workspace has ${counted(findings.length, 'mistake')}`,
    { findings },
  );
}

/** Findings that concern a flow: its own, and those of what it uses. */
function findingsOf(workspace: Workspace, entry: FlowEntry) {
  const said = entry.document.value as
    | { source?: { connection?: string }; target?: { connection?: string } }
    | undefined;
  const names = new Set([said?.source?.connection, said?.target?.connection]);
  const connections = [...names].flatMap((name) => workspace.connections.get(name ?? '') ?? []);
  const isLost = [...names].some((name) => name !== undefined && !workspace.connections.has(name));
  const lost = isLost ? workspace.findings.filter(({ file }) => file === connectionsPath) : [];
  const connectors = connections.flatMap(({ connector }) => workspace.connectors.get(connector) ?? []);
  const used = [...connections, ...connectors].flatMap(({ findings }) => findings);
  return [...lost, ...mistakesOf(workspace, entry), ...used];
}
