import { readJson } from '../../contract/exact-json/read-json.ts';
import type { StagedRecord } from '../../store/line/batches.ts';

/** Whatever a record that is on its way says: as it was read, and as its target was, or would have been, given it. */
export function valuesOfStaged({ native, version, made }: StagedRecord): readonly unknown[] {
  return [native, version, made === undefined ? undefined : readJson(made.text).value];
}
