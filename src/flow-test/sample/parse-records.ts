import { describeFlaws } from '../../contract/exact-json/json-flaws.ts';
import { type ReadJson, readJson } from '../../contract/exact-json/read-json.ts';
import { Fault } from '../../contract/fault.ts';
import { isDeeperThan, maxLevels } from '../../contract/text/record-bounds.ts';
import { positionOf } from '../../mapping/place.ts';
import { formatPlace } from '../../workspace/finding.ts';
import { parseSource } from '../../workspace/text/source-document.ts';

/**
 * The records of a text: JSON or YAML with one record or a list of them, or JSON Lines. Throws a Fault
 * TL_ARGUMENT_INVALID that names line and column in `file`.
 */
export function parseRecords(file: string, text: string): readonly unknown[] {
  const records = readRecords(file, text);
  if (records.some((record) => isDeeperThan(record, maxLevels)))
    throw wrong(`${file} holds a record that is nested in more than ${maxLevels} lists and objects`);
  return records;
}

function readRecords(file: string, text: string): readonly unknown[] {
  if (text.trim() === '') throw wrong(`${file} is empty: expected a record, or a list of them`);
  const whole = parseJson(text);
  if (whole !== undefined) return toList(reliable(file, whole));
  if (isJsonLines(file, text)) return parseLines(file, text);
  if (/\.json$/i.test(file)) throw noJson(file, text);
  const document = parseSource({ path: file, text });
  const [mistake] = document.findings;
  if (mistake === undefined) return toList(document.value);
  throw wrong(`${mistake.message} (${formatPlace(mistake)})`);
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function parseJson(text: string): ReadJson | undefined {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

function reliable(where: string, { value, flaws }: ReadJson): unknown {
  if (flaws.length === 0) return value;
  throw wrong(`${where} cannot be relied on: ${describeFlaws(flaws)}`);
}

/** By its name, or as its first line is a record of its own and not the last. */
function isJsonLines(file: string, text: string): boolean {
  if (/\.(jsonl|ndjson)$/i.test(file)) return true;
  const [first = '', ...rest] = text.trim().split('\n');
  return /^[{[]/.test(first) && rest.length > 0 && parseJson(first) !== undefined;
}

function parseLines(file: string, text: string): readonly unknown[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = parseJson(line);
    if (parsed === undefined) throw noJson(file, line, index);
    return [reliable(`${file}:${index + 1}`, parsed)];
  });
}

function noJson(file: string, text: string, linesAbove = 0): Fault {
  const { line, column } = positionOf(text, jsonErrorOffset(text));
  return wrong(`this is no JSON (${file}:${line + linesAbove}:${column})`);
}

/**
 * Offset of the first character that keeps a text from being JSON: what stands before it could still become some. The
 * messages of `JSON.parse` do not always say.
 */
function jsonErrorOffset(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (mayBecomeJson(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function mayBecomeJson(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : '';
    // Nothing is wrong with it but that it ends.
    const position = /at position (\d+)/.exec(message)?.[1];
    return /end of JSON input|^Unterminated/.test(message) || Number(position) === start.length;
  }
}

function wrong(message: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', message);
}
