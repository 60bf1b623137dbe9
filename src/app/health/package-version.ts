import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Surroundings } from '../surroundings.ts';

/** The version of Tradelane that runs here. */
export async function loadPackageVersion({ packageDir }: Surroundings): Promise<string> {
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
