import { access, glob, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import type { ConnectorTools } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import type { ReadDeclaration } from '../declaration.ts';
import { type Folder, isErrno, isInside, openFolder } from '../folder.ts';
import { type FileIdentity, toIdentity } from './identity.ts';

export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly identity: FileIdentity;
  readonly modifiedMs: number;
}

export interface FoundFiles {
  /** Whole ones, in the order they are to be read in. */
  readonly ready: readonly FoundFile[];
  /** Names of all that match, whole or not. */
  readonly names: ReadonlySet<string>;
}

/** Finds the files of a resource. Those still being written are logged and left for the next run. */
export async function findFiles(
  folder: Folder,
  read: ReadDeclaration,
  tools: ConnectorTools,
): Promise<FoundFiles> {
  const root = await openFolder(folder, 'read');
  const names = new Set<string>();
  const ready: FoundFile[] = [];
  for await (const match of glob(read.files, { cwd: root })) {
    const name = match.split(sep).join('/');
    if (isOurOwn(name, folder)) continue;
    const found = await lookAt(name, { root, read, tools });
    if (found === undefined) continue;
    names.add(name);
    if (await isReady(found, folder, read, tools)) ready.push(found);
    else tools.log.debug('file not ready', { connection: folder.connection, file: name, ready: read.ready });
  }
  return { ready: ready.sort(read.order === 'modified' ? byModified : byName), names };
}

/** Markers, hidden files (our own temporary ones are) and the archive are no data. */
function isOurOwn(name: string, folder: Folder): boolean {
  const last = basename(name);
  if (last.startsWith('.') || last.endsWith('.done')) return true;
  return folder.archive !== undefined && isInside(folder.archive, join(folder.path, name));
}

async function lookAt(
  name: string,
  {
    root,
    read,
    tools,
  }: { readonly root: string; readonly read: ReadDeclaration; readonly tools: ConnectorTools },
): Promise<FoundFile | undefined> {
  const path = join(root, name);
  try {
    if (!isInside(root, await realpath(path))) {
      tools.log.warn('file refused: it is a link that leads outside the folder', { file: name });
      return undefined;
    }
    const stats = await stat(path);
    if (!stats.isFile()) {
      if (stats.isDirectory() && name === read.files) throw isFolder(name);
      return undefined;
    }
    // A file from the future (another machine's clock) is judged by the time this machine last saw it change.
    const modifiedMs = stats.mtimeMs > tools.clock.now() ? stats.ctimeMs : stats.mtimeMs;
    return { name, path, identity: toIdentity(stats), modifiedMs };
  } catch (thrown) {
    // Gone again since it was listed, or a link to nothing.
    if (isErrno(thrown, 'ENOENT', 'ELOOP')) return undefined;
    throw thrown;
  }
}

/** Among others that match a pattern it is passed over; named by itself it was taken for a file. */
function isFolder(name: string): Fault {
  const problem = 'is a folder, and no file; name the files in it';
  return new Fault('TL_SOURCE_UNREADABLE', `${name} ${problem}: \`files: "${name}/*.csv"\``);
}

async function isReady(
  file: FoundFile,
  folder: Folder,
  read: ReadDeclaration,
  tools: ConnectorTools,
): Promise<boolean> {
  if (read.ready === 'settled') return tools.clock.now() - file.modifiedMs >= folder.settleMs;
  try {
    await access(`${file.path}.done`);
    return true;
  } catch {
    return false;
  }
}

function byName(a: FoundFile, b: FoundFile): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

function byModified(a: FoundFile, b: FoundFile): number {
  return a.modifiedMs - b.modifiedMs || byName(a, b);
}
