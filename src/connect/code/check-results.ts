import type { Found, Page, SourceRecord, WriteResult } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import { describeAnswerValue } from '../answer/describe-answer.ts';

/** A page as the contract has it. Throws the Fault TL_SYSTEM_BAD_RESPONSE for what is none: nothing is not empty. */
export function checkPage(label: string, page: unknown): Page {
  const given = page as Page;
  if (!isJsonObject(page) || !Array.isArray(given.records))
    throw wrong(`${label} gave ${sayOf(page, 'records')} in place of a page: its \`records\` must be a list`);
  if (given.cursor !== undefined && typeof given.cursor !== 'string')
    throw wrong(
      `${label} gave a page whose \`cursor\` is ${describeAnswerValue(given.cursor)}; it must be a text`,
    );
  if (given.done !== undefined && typeof given.done !== 'function')
    throw wrong(
      `${label} gave a page whose \`done\` is ${describeAnswerValue(given.done)}; it must be a function`,
    );
  return { ...given, records: given.records.map((each) => checkRecord(label, each)) };
}

function checkRecord(label: string, each: unknown): SourceRecord {
  if (isJsonObject(each)) {
    if (each.fault instanceof Fault) return { fault: toFault(each.fault), raw: String(each.raw ?? '') };
    if ('record' in each) return { record: each.record };
  }
  throw wrong(
    `${label} gave a record that is ${sayOf(each, 'record')}: it must be { record } or { fault, raw }`,
  );
}

/** One answer for each key. Throws the Fault TL_SYSTEM_BAD_RESPONSE for what cannot be told apart. */
export function checkFound(
  label: string,
  keys: readonly string[],
  found: unknown,
): readonly (Found | undefined)[] {
  if (!Array.isArray(found) || found.length !== keys.length)
    throw wrong(
      `${label} gave ${describeAnswerValue(found)} for ${count(keys.length, 'key')}; it must give one for each`,
    );
  return found.map((each: unknown) => {
    if (each === undefined || each === null) return undefined;
    if (!isJsonObject(each) || typeof each.id !== 'string' || each.id === '' || !('record' in each))
      throw wrong(`${label} gave ${sayOf(each, 'id')} for a key: it must be { id, record } or nothing`);
    return each as unknown as Found;
  });
}

/**
 * One result for each item. What says neither that it went well nor what went wrong is unknown, and so are all of them
 * where there are more or fewer than items: nobody can tell which is whose.
 */
export function checkResults(label: string, items: number, results: unknown): readonly WriteResult[] {
  if (!Array.isArray(results) || results.length !== items) {
    const message = `${label} gave ${describeAnswerValue(results)} for ${count(items, 'record')}; it must give one result for each`;
    return Array.from({ length: items }, () => ({
      ok: false,
      fault: new Fault('TL_TARGET_UNKNOWN', message),
    }));
  }
  return results.map((result: unknown) => checkResult(label, result));
}

function checkResult(label: string, result: unknown): WriteResult {
  if (isJsonObject(result)) {
    const { ok, id, etag, fault, isUnwritten, isOver } = result;
    if (ok === true && isText(id) && isText(etag))
      return { ok, ...(id !== undefined && { id }), ...(etag !== undefined && { etag }) };
    if (ok === false && fault instanceof Fault) {
      return {
        ok,
        fault: toFault(fault),
        ...(isUnwritten === true && { isUnwritten }),
        ...(isOver === true && { isOver }),
      };
    }
  }
  const message = `${label} gave ${sayOf(result, 'ok')} as a result: it must be { ok: true, id? } or { ok: false, fault }`;
  return { ok: false, fault: new Fault('TL_TARGET_UNKNOWN', message) };
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value !== '');
}

/** `an object whose ok is nothing`: kinds, never values. */
function sayOf(value: unknown, name: string): string {
  return isJsonObject(value)
    ? `an object whose \`${name}\` is ${describeAnswerValue(value[name])}`
    : describeAnswerValue(value);
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}

function wrong(message: string): Fault {
  return new Fault('TL_SYSTEM_BAD_RESPONSE', message);
}
