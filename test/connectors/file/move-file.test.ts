import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveFile } from '../../../connectors/file/move-file.ts';
import { openFiles } from './open-files.ts';

/** A file system other than that of the temporary folder, where the machine has one. Counterpart: test/connectors/file/take-files.test.ts. */
const otherDevice = '/dev/shm';
const hasOther = existsSync(otherDevice) && statSync(otherDevice).dev !== statSync(tmpdir()).dev;

test.skipIf(!hasOther)('moves a file to another file system, and overwrites none there', async () => {
  await using files = await openFiles({ 'a.csv': 'one', 'b.csv': 'two' });
  const target = await mkdtemp(join(otherDevice, 'tradelane-file-'));
  try {
    await moveFile(join(files.dir, 'a.csv'), join(target, 'a.csv'));
    expect(await moveFile(join(files.dir, 'b.csv'), join(target, 'a.csv'))).toBe(join(target, 'a-2.csv'));
    expect([await files.names(), (await readdir(target)).sort()]).toEqual([[], ['a-2.csv', 'a.csv']]);
    expect(await readFile(join(target, 'a.csv'), 'utf8')).toBe('one');
  } finally {
    await rm(target, { recursive: true });
  }
});
