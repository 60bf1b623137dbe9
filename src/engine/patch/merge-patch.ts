import { isJsonObject, type JsonObject } from '../../contract/json.ts';

/** JSON Merge Patch (RFC 7396): members of the patch replace, null removes, objects are merged member by member. */
export function applyMergePatch(value: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isJsonObject(value) ? value : {}) };
  for (const [name, change] of Object.entries(patch as JsonObject)) {
    if (change === null) delete merged[name];
    else merged[name] = applyMergePatch(merged[name], change);
  }
  return merged;
}
