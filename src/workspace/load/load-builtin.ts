import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { type ShapeName, shapeNames } from '../shape-names.ts';
import type { Builtin } from '../workspace.ts';
import type { SourceFolder } from './read-files.ts';

/** Loads what the package brings: the shapes of workspace files, built-in connectors and entity schemas. */
export async function loadBuiltin(folder: SourceFolder): Promise<Builtin> {
  const packageFile = JSON.parse(await readFile(join(folder.dir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const shapes = await Promise.all(
    shapeNames.map(async (name) => [name, await loadShape(folder.dir, name)] as const),
  );
  const files = folder.files.filter(({ path }) => /^(?:connectors|schemas)\//.test(path));
  return {
    version: packageFile.version,
    shapes: Object.fromEntries(shapes) as Readonly<Record<ShapeName, JsonObject>>,
    files,
    code: folder.code,
  };
}

async function loadShape(dir: string, name: ShapeName): Promise<JsonObject> {
  const shape: unknown = JSON.parse(await readFile(join(dir, 'schemas', `${name}.schema.json`), 'utf8'));
  if (!isJsonObject(shape)) throw new Error(`schemas/${name}.schema.json must be an object`);
  return shape;
}
