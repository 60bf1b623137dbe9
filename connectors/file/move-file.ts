import { randomUUID } from 'node:crypto';
import { copyFile, link, lstat, open, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isErrno } from './folder.ts';

/**
 * Moves a file and never overwrites one: where `target` is in use, it becomes `name-2.csv`, `name-3.csv`, …
 * Across file systems it is copied, flushed to disk, and only then removed. Returns the path that it got.
 */
export async function moveFile(from: string, target: string): Promise<string> {
  try {
    return await placeFile(from, target);
  } catch (thrown) {
    if (!isErrno(thrown, 'EXDEV')) throw thrown;
  }
  const copy = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await copyFile(from, copy);
    await flush(copy);
    const placed = await placeFile(copy, target);
    await flush(dirname(placed));
    await unlink(from);
    return placed;
  } finally {
    await rm(copy, { force: true });
  }
}

/** Within one file system. A hard link fails where the name is taken, a rename would replace it. */
async function placeFile(from: string, target: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? target : numbered(target, number);
    try {
      await link(from, name);
      await unlink(from);
      return name;
    } catch (thrown) {
      if (isErrno(thrown, 'EEXIST')) continue;
      // Not every file system has hard links (network shares, FAT).
      if (!isErrno(thrown, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw thrown;
    }
    if (await exists(name)) continue;
    await rename(from, name);
    return name;
  }
}

function numbered(path: string, number: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${number}${extension}`;
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return false;
    throw thrown;
  }
}

/** Waits until a file, or the entries of a folder, are on the disk. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
