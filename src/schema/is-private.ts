import type { ErrorObject } from 'ajv';
import type { JsonObject } from '../contract/json.ts';
import { isMarked, memberNodes, type Nodes, rootNodes } from './walk-schema.ts';

/**
 * Must the value be kept out of messages? So it is when the node of the schema, or any node on the way to it, is
 * marked `x-personal: true` or `writeOnly: true`; `schema` is the root, walked along the value's path.
 */
export function isPrivate(error: ErrorObject, schema: JsonObject): boolean {
  if (isMarked(error.parentSchema)) return true;
  let nodes: Nodes = rootNodes({ schema });
  if (nodes.some(({ node }) => isMarked(node))) return true;
  for (const part of error.instancePath.split('/').slice(1)) {
    nodes = memberNodes(nodes, part.replaceAll('~1', '/').replaceAll('~0', '~'));
    // A place that the walk cannot see (a schema of another file) is treated as private: better mute than loud.
    if (nodes.length === 0) return true;
    if (nodes.some(({ node }) => isMarked(node))) return true;
  }
  return false;
}
