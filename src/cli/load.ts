import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../contract/fault.ts';
import { formatFinding, isError } from '../workspace/finding.ts';
import { type LoadedWorkspace, openWorkspace } from '../workspace/load/load-workspace.ts';
import { connectionsPath, isFlowPath } from '../workspace/load/paths.ts';
import { mistakesOf } from '../workspace/mistakes.ts';
import { hintFor } from '../workspace/text/suggest.ts';
import type { FlowEntry, Workspace } from '../workspace/workspace.ts';
import { workspaceDir } from './common-options.ts';
import type { CommonOptions, Context } from './context.ts';
import { printNote } from './output/print.ts';

/** Loads a workspace, whatever is wrong with it. */
export async function loadFrom(context: Context, dir: string): Promise<LoadedWorkspace> {
  await requireWorkspace(dir);
  return await loadAny(context, dir);
}

/** Loads a folder that need not be a workspace: what is built in can be used anywhere. */
export async function loadAny(context: Context, dir: string): Promise<LoadedWorkspace> {
  if (!(await isFolder(dir))) throw new Fault('TL_ARGUMENT_INVALID', `there is no folder ${dir}`);
  return await openWorkspace(dir, { env: context.env, builtinDir: context.packageDir });
}

/** A folder with nothing of a workspace in it is the wrong one: no database is begun there. */
export async function requireWorkspace(dir: string): Promise<void> {
  if (!(await isFolder(dir))) throw new Fault('TL_ARGUMENT_INVALID', `there is no folder ${dir}`);
  for (const name of ['flows', 'config', 'connectors']) if (await isFolder(join(dir, name))) return;
  throw new Fault(
    'TL_WORKSPACE_INVALID',
    `${dir} is no workspace: it has no flows/ and no config/; \`tradelane init\` writes one, --workspace names another folder`,
  );
}

/**
 * For commands about the database: a database of yours can be asked from a machine without the files as well, so
 * `undefined` there, where a database of the workspace's own would need it.
 */
export async function workspaceIfThere(
  context: Context,
  options: CommonOptions,
): Promise<Workspace | undefined> {
  const dir = workspaceDir(context, options);
  const found = requireWorkspace(dir).then(
    () => true,
    () => false,
  );
  if (context.env['DATABASE_URL'] && !(await found)) return undefined;
  return (await loadFrom(context, dir)).workspace;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

/** A flow that can be run. Mistakes elsewhere in the workspace are none of its business. */
export function requireFlow({ workspace }: LoadedWorkspace, context: Context, flow: string): void {
  const entry = workspace.flows.get(flow);
  if (!entry) {
    // It may stand in a file that cannot be read at all.
    const unreadable = workspace.findings.filter(
      ({ code, file }) => code.startsWith('TLW_FILE_') && isFlowPath(file),
    );
    for (const finding of unreadable) printNote(context, formatFinding(finding));
    const hint = hintFor(flow, [...workspace.flows.keys()].sort()) ?? 'there are none in flows/';
    throw new Fault('TL_ARGUMENT_INVALID', `no flow "${flow}" in this workspace; ${hint}`);
  }
  const mistakes = findingsOf(workspace, entry).filter(isError);
  if (mistakes.length === 0) return;
  for (const finding of mistakes) printNote(context, formatFinding(finding));
  throw new Fault(
    'TL_WORKSPACE_INVALID',
    `flow "${flow}" cannot be run as long as it has ${mistakes.length === 1 ? 'this mistake' : `these ${mistakes.length} mistakes`}`,
  );
}

/** Findings that concern a flow: its own, and those of what it uses. */
function findingsOf(workspace: LoadedWorkspace['workspace'], entry: FlowEntry) {
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
