import { stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import { makeFolder } from '../../contract/make-folder.ts';
import { type LoadedWorkspace, openWorkspace } from '../../workspace/load/load-workspace.ts';
import {
  connectionsPath,
  connectorOf,
  entityOf,
  isFlowPath,
  settingsPath,
  tableOf,
} from '../../workspace/load/paths.ts';
import { writeEditorSchemas } from '../files/editor-schemas.ts';
import { loadFrom } from '../open/load.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Choice, choose, type Wish } from './choice.ts';
import { composeWorkspace, simulateCommands } from './compose-workspace.ts';
import { listOffer, type Offer } from './ends.ts';
import type { NewFile } from './new-file.ts';
import { requirePlace } from './require-place.ts';
import { listFiles, loadTemplates, type Templates } from './templates.ts';

/** A folder that is free, and what a workspace in it can be about. */
export interface PreparedInit {
  readonly dir: string;
  readonly offer: Offer;
  readonly loaded: LoadedWorkspace;
  readonly templates: Templates;
}

/** Throws a Fault TL_ARGUMENT_INVALID where nothing can be written there, or a workspace is there already. */
export async function prepareInit(around: Surroundings, dir: string): Promise<PreparedInit> {
  await requirePlace(dir);
  await requireFree(dir, []);
  const { env, packageDir } = around;
  const templates = await loadTemplates(packageDir);
  const loaded = await openWorkspace(join(packageDir, 'templates'), { env, builtinDir: packageDir });
  return { dir, loaded, templates, offer: listOffer(loaded.workspace, templates) };
}

export interface NewWorkspace {
  readonly choice: Choice;
  readonly files: readonly string[];
  /** What was there already, and is left as it is. */
  readonly kept: readonly string[];
  /** Commands that bring up what the flow needs before it can run. */
  readonly simulators: readonly string[];
}

/**
 * Writes a workspace as it was wished for. Throws a Fault TL_ARGUMENT_INVALID that says what there would be instead.
 *
 * @param dependency - what package.json says of Tradelane: a version, or `file:` and the way to a checkout.
 */
export async function initWorkspace(
  around: Surroundings,
  { dir, loaded, templates, offer }: PreparedInit,
  wish: Wish,
  dependency: string,
): Promise<NewWorkspace> {
  const choice = choose(wish, offer);
  const files = await composeWorkspace(choice, { around, loaded, templates, dir, dependency });
  await requireFree(dir, files);
  const kept: string[] = [];
  for (const file of files) if (!(await write(around, dir, file))) kept.push(file.path);
  await writeEditorSchemas(around, (await loadFrom(around, dir)).workspace);
  const written = files.map(({ path }) => path).filter((path) => !kept.includes(path));
  return { choice, files: written, kept, simulators: simulateCommands(choice, templates) };
}

/** As one document. */
export function toInitDocument(dir: string, { choice, files, kept }: NewWorkspace) {
  const { flow, source, target } = choice;
  const about = { flow, entity: source.entity, source: source.connector, target: target.connector };
  return { dir, ...about, files, kept };
}

/** A new repository has these, and they take nothing from a workspace. */
const mayBeThere = ['README.md', '.gitignore', '.env.example', 'package.json'];

/** Throws a Fault TL_ARGUMENT_INVALID where a workspace, or one of the files, is there already. */
async function requireFree(dir: string, files: readonly NewFile[]): Promise<void> {
  const inTheWay = await findInTheWay(dir, files);
  if (inTheWay.length === 0) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `${dir} is not free: it has ${inTheWay.join(', ')}; nothing was written`,
  );
}

async function findInTheWay(dir: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const found = await stat(dir).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory()) throw new Fault('TL_ARGUMENT_INVALID', `${dir} is not a folder`);
  const ours = files.map(({ path }) => path).filter((path) => !mayBeThere.includes(path));
  const folders = ['flows', 'connectors', 'schemas', 'config'];
  const there = await Promise.all(folders.map((folder) => listFiles(join(dir, folder), dir)));
  const taken = await Promise.all(ours.map(async (path) => ((await exists(join(dir, path))) ? [path] : [])));
  return [...new Set([...there.flat().filter(isWorkspaceFile), ...taken.flat()])].sort();
}

function isWorkspaceFile(path: string): boolean {
  const named = [connectorOf, entityOf, tableOf].some((nameOf) => nameOf(path) !== undefined);
  return named || isFlowPath(path) || path === connectionsPath || path === settingsPath;
}

/** `false` if the file is there already, and is left as it is. */
async function write(around: Surroundings, dir: string, { path, text }: NewFile): Promise<boolean> {
  const target = join(dir, path);
  try {
    await makeFolder(dirname(target));
    await writeFile(target, text, { flag: 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' && mayBeThere.includes(path)) return false;
    throw new Fault('TL_ARGUMENT_INVALID', `cannot write ${target}: ${message}`, { cause });
  }
  // A file that has just changed might still be growing, so it is not read yet. The samples are whole.
  const hourAgo = new Date(around.clock.now() - 3_600_000);
  if (path.startsWith('data/')) await utimes(target, hourAgo, hourAgo);
  return true;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
