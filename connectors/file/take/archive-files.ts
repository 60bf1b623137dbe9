import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ConnectorTools } from '../../../src/contract/connector.ts';
import { makeFolder } from '../../../src/contract/make-folder.ts';
import type { ReadDeclaration } from '../declaration.ts';
import { type Folder, isErrno, toFileFault } from '../folder.ts';
import { moveFile } from '../move-file.ts';
import type { FoundFile } from './find-files.ts';
import { toIdentity } from './identity.ts';

interface Archive {
  readonly folder: Folder;
  readonly read: ReadDeclaration;
  readonly tools: ConnectorTools;
}

/**
 * Moves files whose records are safe into the archive. Safe to call again: a file that is gone was moved before,
 * and one that is no longer what was read (a new delivery under the same name) stays to be read.
 */
export async function archiveFiles(files: readonly FoundFile[], archive: Archive): Promise<void> {
  for (const file of files) {
    try {
      await archiveFile(file, archive);
    } catch (thrown) {
      throw toFileFault(thrown, file.name, 'TL_CONNECTION_CONFIG');
    }
  }
}

async function archiveFile(file: FoundFile, { folder, read, tools }: Archive): Promise<void> {
  if (folder.archive === undefined || !(await isStillThere(file, tools))) return;
  const target = join(folder.archive, file.name);
  await makeFolder(dirname(target));
  // The marker goes first: left behind, it would declare the next file of this name to be whole.
  if (read.ready === 'done') await rm(`${file.path}.done`, { force: true });
  await moveFile(file.path, target);
}

async function isStillThere(file: FoundFile, tools: ConnectorTools): Promise<boolean> {
  try {
    if (toIdentity(await stat(file.path)) === file.identity) return true;
    tools.log.warn('file changed before it was archived', { file: file.name });
    return false;
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return false;
    throw thrown;
  }
}
