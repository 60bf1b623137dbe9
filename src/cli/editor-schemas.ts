import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shapeNames, type Workspace } from '../workspace/workspace.ts';
import type { Context } from './context.ts';

/**
 * Puts the schemas of workspace files where the first line of each file tells an editor to look. They are copies of
 * those in the package, so they are not for git: a newer package replaces them.
 */
export async function writeEditorSchemas(context: Context, dir: string): Promise<void> {
  const folder = join(dir, ownFolder, 'schemas');
  await mkdir(folder, { recursive: true });
  // The folder keeps itself out of git, whatever the workspace's own .gitignore says.
  await writeUnlessSame(join(dir, ownFolder, '.gitignore'), '*\n');
  for (const name of shapeNames) {
    const file = `${name}.schema.json`;
    await writeUnlessSame(
      join(folder, file),
      await readFile(join(context.packageDir, 'schemas', file), 'utf8'),
    );
  }
}

/** For workspaces whose files name them: after a clone they are not there yet, after an update they are old. */
export async function refreshEditorSchemas(context: Context, workspace: Workspace): Promise<void> {
  const isNamed = [...workspace.files.values()].some(({ text }) =>
    text.slice(0, 200).includes(`${ownFolder}/schemas/`),
  );
  if (!isNamed) return;
  // Completion in an editor is a convenience: a folder that is read-only stops nobody from validating.
  await writeEditorSchemas(context, workspace.dir).catch(() => {});
}

const ownFolder = '.tradelane';

async function writeUnlessSame(path: string, text: string): Promise<void> {
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== text) await writeFile(path, text);
}
