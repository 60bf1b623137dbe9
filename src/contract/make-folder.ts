import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing. Node's own `recursive` comes to no end where the system says of a
 * folder that is there that it is not, as it does of /proc. Throws what `mkdir` throws.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    if (await isFolder(path)) return;
    const above = dirname(path);
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT' && above !== path;
    if (!isMissing || (await isFolder(above))) throw thrown;
    await makeFolder(above);
    // Once, as all above it is there now; somebody else may have been faster.
    await mkdir(path).catch(async (again) => {
      if (!(await isFolder(path))) throw again;
    });
  }
}

/** Also a link to one. */
async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
