import { Fault } from '../../contract/fault.ts';
import type { JsonObject } from '../../contract/json.ts';
import { workspaceSchema } from '../../workspace/editor/workspace-schemas.ts';
import { shapeNames } from '../../workspace/shape-names.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import { loadAny } from '../open/load.ts';
import type { Surroundings } from '../surroundings.ts';
import { readShape } from './editor-schemas.ts';

export interface ListedSchema {
  readonly name: string;
  readonly kind: 'file' | 'entity';
  readonly about: string;
}

/** The schemas of the kinds of files, then those of entities. */
export async function listSchemas(around: Surroundings, dir: string): Promise<readonly ListedSchema[]> {
  const { workspace } = await loadAny(around, dir);
  const shapes = await Promise.all(
    shapeNames.map(async (name) => {
      return { name, kind: 'file', about: aboutOf(await readShape(around, name)) } as const;
    }),
  );
  const entities = [...workspace.entities.values()].map(({ name, schema }) => {
    return { name, kind: 'entity', about: aboutOf(schema) } as const;
  });
  return [...shapes, ...entities];
}

/**
 * The schema of a kind of file or of an entity. Throws a Fault TL_ARGUMENT_INVALID that says which there are.
 *
 * @param names - with those of the workspace, or as it is published.
 */
export async function loadNamedSchema(
  around: Surroundings,
  dir: string,
  wanted: string,
  names: 'of the workspace' | 'published',
): Promise<JsonObject> {
  const { workspace } = await loadAny(around, dir);
  const shape = shapeNames.find((each) => each === wanted);
  if (shape !== undefined) {
    const published = await readShape(around, shape);
    return names === 'published' ? published : workspaceSchema(shape, published, workspace);
  }
  const entity = workspace.entities.get(wanted);
  if (entity !== undefined) return entity.schema;
  const hint = hintFor(wanted, [...shapeNames, ...workspace.entities.keys()]);
  throw new Fault('TL_ARGUMENT_INVALID', `there is no schema "${wanted}"; ${hint}`);
}

function aboutOf({ description }: JsonObject): string {
  return typeof description === 'string' ? description : '';
}
