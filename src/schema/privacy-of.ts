import type { ErrorObject } from 'ajv';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { isMarked, memberNodes, type Nodes, rootNodes } from './walk-schema.ts';

/** `personal`: its form may be shown. `secret`: nothing of it. */
export type PrivacyLevel = 'open' | 'personal' | 'secret';

/**
 * What of a value may stand in messages. It is private when the node of the schema, or any node on the way to it, is
 * marked `x-personal: true`, and secret with `writeOnly: true`; `schema` is the root, walked along the value's path.
 */
export function privacyOf(error: ErrorObject, schema: JsonObject): PrivacyLevel {
  let nodes: Nodes = rootNodes({ schema });
  const marked: unknown[] = [error.parentSchema, ...nodes.map(({ node }) => node)];
  for (const part of error.instancePath.split('/').slice(1)) {
    nodes = memberNodes(nodes, part.replaceAll('~1', '/').replaceAll('~0', '~'));
    // A place that the walk cannot see (a schema of another file) is treated as secret: better mute than loud.
    if (nodes.length === 0) return 'secret';
    marked.push(...nodes.map(({ node }) => node));
  }
  if (marked.some(isSecret)) return 'secret';
  return marked.some(isMarked) ? 'personal' : 'open';
}

function isSecret(node: unknown): boolean {
  return isJsonObject(node) && node['writeOnly'] === true;
}
