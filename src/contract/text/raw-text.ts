import { startOf } from './cut-text.ts';

/** A value as JSON, however deep it is nested: `JSON.stringify` runs out of stack where that is. */
export function toJsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return toRawText(value, Number.POSITIVE_INFINITY);
  }
}

/** The same, cut after `maxLength` characters: what an error keeps of a record that did not even come in. */
export function toRawText(value: unknown, maxLength: number): string {
  const parts: string[] = [];
  let length = 0;
  const open: Open[] = [{ entries: [['', value]].values() as Entries, end: '', isFirst: true, isList: true }];
  while (length <= maxLength) {
    const at = open.at(-1);
    if (at === undefined) break;
    const next = at.entries.next();
    const part = next.done ? at.end : begin(at, next.value, open);
    if (next.done) open.pop();
    at.isFirst = false;
    parts.push(part);
    length += part.length;
  }
  return startOf(parts.join(''), maxLength);
}

type Entries = Iterator<readonly [string, unknown]>;

interface Open {
  readonly entries: Entries;
  readonly end: string;
  readonly isList: boolean;
  isFirst: boolean;
}

/** What stands before a value, and of a list or an object its beginning: what it holds comes next. */
function begin(at: Open, [name, value]: readonly [string, unknown], open: Open[]): string {
  const before = `${at.isFirst ? '' : ','}${at.isList ? '' : `${JSON.stringify(name)}:`}`;
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value))
    return `${before}${JSON.stringify(value) ?? 'null'}`;
  const isList = Array.isArray(value);
  open.push({ entries: entriesOf(value), end: isList ? ']' : '}', isFirst: true, isList });
  return `${before}${isList ? '[' : '{'}`;
}

function* entriesOf(value: object): Generator<readonly [string, unknown]> {
  for (const [name, each] of Object.entries(value)) if (each !== undefined) yield [name, each];
}
