import { hash } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { StagedRecord } from '../../store/line/batches.ts';

/**
 * What a version of a source record is known by: a fingerprint of its content, in whatever order its members come.
 * A record that a person has patched goes by what the source gave.
 */
export function sourceOf(record: Pick<StagedRecord, 'native' | 'source'>): string {
  return record.source ?? fingerprint(canonicalText(record.native));
}

/** The same of something that could not be read: by its text, or where none can be shown, by what was said of it. */
export function sourceOfText(raw: string, message: string): string {
  return fingerprint(raw === '' ? `nothing: ${message}` : `text: ${raw}`);
}

/** 128 bits are enough to tell the records of one key apart. */
function fingerprint(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32);
}

function canonicalText(native: unknown): string {
  return JSON.stringify(native, (_name, value) => (isJsonObject(value) ? sorted(value) : value)) ?? 'null';
}

function sorted(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, value[name]]),
  );
}
