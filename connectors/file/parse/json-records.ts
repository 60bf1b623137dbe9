import { isJsonObject } from '../../../src/contract/json.ts';
import { compileFieldPath } from '../field-path.ts';
import { unreadable } from './entry.ts';
import { nameOf } from './json-lines.ts';
import { findJsonError, parseJson } from './parse-json.ts';
import { lineAt } from './whole-file.ts';

/**
 * The records of a JSON document: the list at `path`, or without a path the document itself, which is a list of
 * records or one record.
 */
export function parseJsonRecords(text: string, file: string, path: string | undefined): readonly unknown[] {
  if (text.trim() === '') return [];
  const document = parseDocument(text, file);
  const records = path === undefined ? document : compileFieldPath(path)(document);
  if (Array.isArray(records)) return records;
  if (isJsonObject(records)) return [records];
  const where = path === undefined ? 'the document' : `\`records: ${path}\``;
  throw unreadable(
    file,
    1,
    `${where} must be a list, got ${records === undefined ? 'nothing' : nameOf(records)}`,
  );
}

function parseDocument(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // The error of JSON.parse quotes the text, so it does not become a cause.
    throw unreadable(file, lineAt(text, findJsonError(text)), 'the file is not JSON from here on');
  }
}
