import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { workspaceSchema } from '../../workspace/editor/workspace-schemas.ts';
import { type ShapeName, shapeNames } from '../../workspace/shape-names.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Surroundings } from '../surroundings.ts';

type Package = Pick<Surroundings, 'packageDir'>;

/**
 * Puts the schemas of workspace files, with the names of this workspace, where the first line of each file tells an
 * editor to look. They are made anew whenever files change, so they are not for git. Returns their paths.
 */
export async function writeEditorSchemas(around: Package, workspace: Workspace): Promise<readonly string[]> {
  const { dir } = workspace;
  await mkdir(join(dir, ownFolder, 'schemas'), { recursive: true });
  // The folder keeps itself out of git, whatever the workspace's own .gitignore says.
  await writeUnlessSame(join(dir, ownFolder, '.gitignore'), '*\n');
  const paths: string[] = [];
  for (const name of shapeNames) {
    const schema = workspaceSchema(name, await readShape(around, name), workspace);
    const path = `${ownFolder}/schemas/${name}.schema.json`;
    await writeUnlessSame(join(dir, path), `${JSON.stringify(schema, undefined, 2)}\n`);
    paths.push(path);
  }
  return paths;
}

/** For workspaces whose files name them: after a clone they are not there yet, after an edit they are old. */
export async function refreshEditorSchemas(around: Package, workspace: Workspace): Promise<void> {
  const isNamed = [...workspace.files.values()].some(({ text }) =>
    text.slice(0, 200).includes(`${ownFolder}/schemas/`),
  );
  if (!isNamed) return;
  // Completion in an editor is a convenience: a folder that is read-only stops nobody from validating.
  await writeEditorSchemas(around, workspace).catch(() => {});
}

/** A schema as the package publishes it. */
export async function readShape(around: Package, name: ShapeName): Promise<JsonObject> {
  const path = join(around.packageDir, 'schemas', `${name}.schema.json`);
  const shape: unknown = JSON.parse(await readFile(path, 'utf8'));
  return isJsonObject(shape) ? shape : {};
}

const ownFolder = '.tradelane';

async function writeUnlessSame(path: string, text: string): Promise<void> {
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== text) await writeFile(path, text);
}
