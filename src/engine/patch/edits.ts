import type { JsonObject } from '../../contract/json.ts';
import type { Edit } from '../replay.ts';
import { applyMergePatch } from './merge-patch.ts';

/** A JSON Merge Patch over the record as its error holds it. */
export function mergeWith(patch: JsonObject): Edit {
  return async ({ record }) => applyMergePatch(record.native, patch);
}
