import { Fault, toFault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { orElse } from '../../contract/soon.ts';
import { compileExpression } from '../../mapping/expression/expression.ts';
import type { MappingFunctions } from '../../mapping/expression/functions.ts';
import { skippedReason } from '../../mapping/expression/raised.ts';
import type { Replayable } from '../../store/errors/replays.ts';
import type { Edit } from './edit.ts';
import { applyJsonPatch } from './json-patch.ts';
import type { PathPart } from './member-path.ts';
import { applyMergePatch } from './merge-patch.ts';
import type { PatchOperation } from './parse-json-patch.ts';
import { setAtPath } from './set-at-path.ts';

/** A JSON Merge Patch over the record as its error holds it. */
export function mergeWith(patch: JsonObject): Edit {
  return async ({ record }) => ({ native: applyMergePatch(record.native, patch) });
}

/** A JSON Patch over the record as its error holds it. A `test` that is not true leaves the record out. */
export function operateWith(operations: readonly PatchOperation[]): Edit {
  return async (error) => {
    try {
      const made = applyJsonPatch(error.record.native, operations);
      if ('value' in made) return { native: toRecord(made.value) };
      const place = made.untrue === '' ? 'the record' : made.untrue;
      return { leftOut: `\`test\` is not true of ${place}` };
    } catch (thrown) {
      throw about(error, toFault(thrown).message);
    }
  };
}

/** What a JSONata expression makes of the record, as a merge patch over it. */
export function evaluateWith(text: string, functions: MappingFunctions): Edit {
  const expression = compileExpression(text, { functions });
  return async (error) => {
    const made = await orElse(
      () => expression.evaluate(error.record.native),
      (thrown) => {
        const skipped = skippedReason(thrown);
        throw about(
          error,
          skipped === undefined ? toFault(thrown).message : `it skipped the record: ${skipped}`,
        );
      },
    );
    if (isJsonObject(made)) return { native: applyMergePatch(error.record.native, made) };
    throw about(error, `it must give an object of what to change, got ${describe(made)}`);
  };
}

function toRecord(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  throw new Fault('TL_ARGUMENT_INVALID', `it must leave an object, got ${describe(value)}`);
}

export interface Assignment {
  readonly parts: readonly PathPart[];
  readonly value: unknown;
}

/** Members of the record set to values, one after the other. */
export function setAll(assignments: readonly Assignment[]): Edit {
  return async (error) => {
    try {
      const native = assignments.reduce(
        (before: unknown, { parts, value }) => setAtPath(before, parts, value),
        error.record.native,
      );
      return { native };
    } catch (thrown) {
      throw about(error, toFault(thrown).message);
    }
  };
}

/** One after the other, each over what the one before has made. */
export function inSequence(edits: readonly Edit[]): Edit {
  return async (error) => {
    let native = error.record.native;
    for (const edit of edits) {
      const made = await edit({ ...error, record: { ...error.record, native } });
      if ('leftOut' in made) return made;
      native = made.native;
    }
    return { native };
  };
}

function about({ id, record }: Replayable, message: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `error ${id} (${record.key}): ${message}`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
