import { describeFlaws, flawIn, type JsonFlaw } from '../../../../src/contract/exact-json/json-flaws.ts';
import { type ReadJson, readJson } from '../../../../src/contract/exact-json/read-json.ts';
import { isJsonObject } from '../../../../src/contract/json.ts';
import { compileFieldPath } from '../../field-path.ts';
import { unreadable } from '../entry.ts';
import { lineAt } from '../whole-file.ts';
import { findJsonError } from './find-json-error.ts';
import { nameOf } from './json-lines.ts';

/**
 * The records of a JSON document: the list at `path`, or without a path the document itself, which is a list of
 * records or one record. What is flawed in a record is reported where the record is looked at; what is flawed around
 * them, here.
 */
export function parseJsonRecords(text: string, file: string, path: string | undefined): readonly unknown[] {
  if (text.trim() === '')
    throw unreadable(file, 1, 'the file is empty, which is no JSON; a file without records holds `[]`');
  const { value: document, flaws } = parseDocument(text, file);
  const records = path === undefined ? document : compileFieldPath(path)(document);
  const found = Array.isArray(records) ? records : isJsonObject(records) ? [records] : undefined;
  if (flaws.length > 0) refuseOutside(flaws, found ?? [], { text, file });
  if (found !== undefined) return found;
  const where = path === undefined ? 'the document' : `\`records: ${path}\``;
  throw unreadable(
    file,
    1,
    `${where} must be a list, got ${records === undefined ? 'nothing' : nameOf(records)}`,
  );
}

function refuseOutside(
  flaws: readonly JsonFlaw[],
  records: readonly unknown[],
  { text, file }: { readonly text: string; readonly file: string },
): void {
  const inside = new Set(records.flatMap((record) => flawIn(record)?.flaws ?? []));
  const outside = flaws.filter((flaw) => !inside.has(flaw));
  const [first] = outside;
  if (first === undefined) return;
  throw unreadable(file, lineAt(text, first.at), `the file cannot be relied on: ${describeFlaws(outside)}`);
}

function parseDocument(text: string, file: string): ReadJson {
  try {
    return readJson(text);
  } catch {
    // The error of JSON.parse quotes the text, so it does not become a cause.
    throw unreadable(file, lineAt(text, findJsonError(text)), 'the file is not JSON from here on');
  }
}
