import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import { type LoadedWorkspace, openWorkspace } from '../../workspace/load/load-workspace.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Surroundings } from '../surroundings.ts';

/** Loads a workspace, whatever is wrong with it. */
export async function loadFrom(around: Surroundings, dir: string): Promise<LoadedWorkspace> {
  await requireWorkspace(dir);
  return await loadAny(around, dir);
}

/** Loads a folder that need not be a workspace: what is built in can be used anywhere. */
export async function loadAny(around: Surroundings, dir: string): Promise<LoadedWorkspace> {
  if (!(await isFolder(dir))) throw new Fault('TL_ARGUMENT_INVALID', `there is no folder ${dir}`);
  return await openWorkspace(dir, { env: around.env, builtinDir: around.packageDir });
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
export async function workspaceIfThere(around: Surroundings, dir: string): Promise<Workspace | undefined> {
  const found = requireWorkspace(dir).then(
    () => true,
    () => false,
  );
  if (around.env['DATABASE_URL'] && !(await found)) return undefined;
  return (await loadFrom(around, dir)).workspace;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}
