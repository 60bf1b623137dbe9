import { structuredPatch } from 'diff';
import { withoutExactNumber } from '../contract/exact-json/json-number.ts';
import { isJsonObject } from '../contract/json.ts';

/** A line of a diff: only expected (`-`), only come (`+`), in both (` `), or where lines were left out (`@`). */
export interface DiffLine {
  readonly sign: '-' | '+' | ' ' | '@';
  readonly text: string;
}

/**
 * What differs between two JSON values, line by line: members sorted, three lines of what is around. Empty where they
 * are equal: as JSON, as a system would be sent them.
 */
export function diffJson(expected: unknown, came: unknown): readonly DiffLine[] {
  const [left, right] = [toSortedText(expected), toSortedText(came)];
  if (left === right) return [];
  const { hunks } = structuredPatch('', '', `${left}\n`, `${right}\n`, '', '', { context: 3 });
  const lines = (hunk: { readonly lines: readonly string[] }) => hunk.lines.map(toLine);
  return hunks.flatMap((hunk, index) =>
    index === 0 ? lines(hunk) : [{ sign: '@', text: '…' } as const, ...lines(hunk)],
  );
}

/** As JSON with sorted members; what JSON does not know (`undefined`) is left out. Exact numbers are their texts. */
export function toSortedText(value: unknown): string {
  return JSON.stringify(sorted(value), undefined, 2) ?? 'nothing';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return withoutExactNumber(value);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}

function toLine(line: string): DiffLine {
  return { sign: line.slice(0, 1) as DiffLine['sign'], text: line.slice(1) };
}

/**
 * What of a value an expected part speaks of: the members that it names, of lists of the same length item by item.
 * Whatever has another form than the part is taken whole, so that the difference shows.
 */
export function partOf(value: unknown, part: unknown): unknown {
  if (Array.isArray(part) && Array.isArray(value) && part.length === value.length) {
    return value.map((item, index) => partOf(item, part[index]));
  }
  if (!isJsonObject(part) || !isJsonObject(value)) return value;
  const named = Object.keys(part).filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries(named.map((name) => [name, partOf(value[name], part[name])]));
}
