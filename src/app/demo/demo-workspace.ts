import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFlowPath } from '../../workspace/load/paths.ts';
import { pageErrors } from '../errors/list-errors.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import type { Surroundings } from '../surroundings.ts';

/** The example workspace, each flow every ten seconds, with an .env that leads every command on it to the demo's systems. */
export async function writeDemoWorkspace(
  { packageDir }: Pick<Surroundings, 'packageDir'>,
  dir: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  for (const part of ['flows', 'config'])
    await cp(join(packageDir, part), join(dir, part), { recursive: true });
  // Said in the files as well, so that `status` in another terminal knows it.
  for (const name of await readdir(join(dir, 'flows'))) {
    const path = join(dir, 'flows', name);
    if (!isFlowPath(`flows/${name}`)) continue;
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/\bcron: "[^"]*"/, 'cron: "*/10 * * * * *"'));
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  await writeFile(join(dir, '.env'), lines.join(''));
}

/** A count of stock that is no number: it can be repaired with one. */
const repairable = { flow: 'stock-to-commerce', code: 'TL_MAP_FAILED', set: 'Quantity=5' };

/** An error of the demo that somebody can repair, and by which `--set`; none where all are settled. */
export async function findRepairable(
  open: OpenDatabase,
): Promise<{ readonly error: number; readonly set: string } | undefined> {
  const { flow, code, set } = repairable;
  const { items } = await pageErrors(open, { flow, code, states: ['open'] }, { limit: 1 });
  return items[0] && { error: items[0].id, set };
}
