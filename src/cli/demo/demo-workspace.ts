import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pageErrors } from '../../app/errors/list-errors.ts';
import type { OpenDatabase } from '../../app/open/open-database.ts';
import { isFlowPath } from '../../workspace/load/paths.ts';
import type { Context } from '../context.ts';
import { quotePath } from '../quote-path.ts';

/** The example workspace, each flow every ten seconds, with an .env that leads every command on it to the demo's systems. */
export async function writeDemoWorkspace(
  { packageDir }: Context,
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
const repaired = { flow: 'stock-to-commerce', code: 'TL_MAP_FAILED', set: 'Quantity=5' };

/** What somebody can type beside the demo, with the number of an error that is there. */
export async function secondTerminal(open: OpenDatabase, dir: string): Promise<readonly string[]> {
  const { flow, code, set } = repaired;
  const { items } = await pageErrors(open, { flow, code, states: ['open'] }, { limit: 1 });
  const [error] = items;
  const at = `--workspace ${quotePath(dir)}`;
  return [
    'in a second terminal:',
    `  tradelane status ${at}`,
    `  tradelane errors list ${at}`,
    ...(error
      ? [`  tradelane errors show ${error.id} ${at}`, `  tradelane replay ${error.id} --set ${set} ${at}`]
      : []),
  ];
}
