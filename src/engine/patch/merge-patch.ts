import { isJsonObject, type JsonObject, setMember } from '../../contract/json.ts';

/** JSON Merge Patch (RFC 7396): members of the patch replace, null removes, objects are merged member by member. */
export function applyMergePatch(value: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isJsonObject(value) ? value : {}) };
  for (const [name, change] of Object.entries(patch as JsonObject)) {
    if (change === null) delete merged[name];
    else setMember(merged, name, applyMergePatch(ownMember(merged, name), change));
  }
  return merged;
}

function ownMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
