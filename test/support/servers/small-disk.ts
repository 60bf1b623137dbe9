import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A file system of its own in memory, so small that it can be filled. */
export interface SmallDisk {
  readonly dir: string;
  /** Takes all the room that is left by now; may be called again. */
  fill(): Promise<void>;
  /** Gives it back. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

/** `undefined` where mounting is not permitted. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const run = promisify(execFile);
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tradelane-test', dir]);
  } catch {
    await rm(dir, { recursive: true, force: true });
    return undefined;
  }
  // The account that PostgreSQL runs as must be able to pass through.
  await chmod(dir, 0o711);
  const ballast = join(dir, 'ballast');
  return {
    dir,
    fill: async () => {
      const file = await open(ballast, 'a');
      try {
        for (const size of [1 << 20, 1 << 16, 1 << 12]) await appendUntilFull(file, Buffer.alloc(size));
      } finally {
        await file.close();
      }
    },
    clear: () => rm(ballast, { force: true }),
    remove: async () => {
      await run('umount', ['--lazy', dir]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function appendUntilFull(file: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<void> {
  for (;;) {
    try {
      await file.write(chunk);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw thrown;
    }
  }
}
