import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { entityOf, isFlowPath, tableOf } from '../load/paths.ts';
import type { Workspace } from '../workspace.ts';
import { withChoice } from './choice.ts';

/** The shape of flow tests with the flows, tables and entities of this workspace. */
export function enumerateTestSchema(shape: JsonObject, workspace: Workspace): JsonObject {
  const { files, flows } = workspace;
  const paths = [...files.keys()];
  // A flow whose file cannot be read, or that says no name yet, may be the one that is meant.
  const isComplete = paths.filter(isFlowPath).length === flows.size;
  const names = isComplete ? [...flows.keys()].sort() : [];
  const properties = toObject(shape.properties);
  return withMember(
    withMember(
      { ...shape, properties: { ...properties, flow: withChoice(toObject(properties.flow), names) } },
      ['$defs', 'tables'],
      keysOf(namesIn(paths, tableOf)),
    ),
    ['$defs', 'xref'],
    keysOf(namesIn(paths, entityOf)),
  );
}

function namesIn(paths: readonly string[], nameOf: (path: string) => string | undefined): readonly string[] {
  return [...new Set(paths.flatMap((path) => nameOf(path) ?? []))].sort();
}

function keysOf(names: readonly string[]): JsonObject {
  return names.length === 0 ? {} : { propertyNames: { enum: names } };
}

function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The schema with keywords laid over the one at a path. */
function withMember(
  schema: JsonObject,
  [name, ...inner]: readonly string[],
  keywords: JsonObject,
): JsonObject {
  if (name === undefined) return { ...schema, ...keywords };
  const member = schema[name];
  return { ...schema, [name]: withMember(isJsonObject(member) ? member : {}, inner, keywords) };
}
