import type { CursorTrouble } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { formOf } from '../../contract/text/form-of.ts';
import { whyNoText } from '../../contract/text/record-bounds.ts';
import { toFormOf } from '../../mapping/moments/cursor-time.ts';
import { compareCursors, isOrdered } from './compare-cursors.ts';
import type { Cursor } from './compile-cursor.ts';
import { toNothing } from './compile-record-value.ts';

/** How far one read has come. */
export interface ReadProgress {
  /** Sorts out what lies behind `until`, and remembers the highest value of the rest. */
  take(records: readonly unknown[]): Promise<TakenPage>;
  /** The cursor that may be committed with the page just taken. */
  cursorAfter(isLast: boolean): string | undefined;
}

export interface TakenPage {
  readonly records: readonly unknown[];
  readonly trouble: CursorTrouble | undefined;
}

export interface ProgressStart {
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/**
 * Rows that do not come in the cursor's order may move it only after the last page. A time goes no further than the
 * moment the read began: what changed while it ran may stand on a page that had already been read, or have moved
 * others there. A cursor never moves back. What has no value, or one that cannot be ordered, moves nothing: the record
 * is read, and will be once more.
 */
export function startProgress(cursor: Cursor, { from, until, startedAt }: ProgressStart): ReadProgress {
  const { type, timezone } = cursor;
  const isAfter = (left: string, right: string): boolean =>
    (compareCursors(type, { left, right }, timezone) ?? 0) > 0;
  const highest = (left: string | undefined, right: string): string =>
    left === undefined || !isOrdered(type, left, timezone) || isAfter(right, left) ? right : left;
  let reached = from;
  let moved = false;

  return {
    async take(records) {
      const failures: string[] = [];
      const fail = (thrown: unknown): undefined => {
        failures.push(toFault(thrown).message);
        return toNothing(thrown);
      };
      const values = await Promise.all(
        records.map((record) => {
          const value = cursor.value.evaluate(record);
          return value instanceof Promise ? value.catch(fail) : value;
        }),
      );
      const useless = values.map((value) => whyUseless(cursor, value));
      const kept = records.filter((_record, index) => {
        const value = values[index];
        if (value === undefined || useless[index] !== undefined) return true;
        if (until !== undefined && isAfter(value, until)) return false;
        reached = highest(reached, value);
        moved = true;
        return true;
      });
      return { records: kept, trouble: toTrouble(values, useless, failures) };
    },
    cursorAfter(isLast) {
      if (!moved || reached === undefined || (cursor.order === 'none' && !isLast)) return undefined;
      if (type !== 'time') return reached;
      const began = toFormOf(reached, startedAt, timezone);
      const capped = isAfter(reached, began) ? began : reached;
      return from === undefined ? capped : highest(from, capped);
    },
  };
}

function whyUseless(
  { type, timezone }: Cursor,
  value: string | undefined,
): 'nothing' | 'unordered' | undefined {
  // What no column can hold is no cursor either.
  if (value === undefined || whyNoText(value) !== undefined) return 'nothing';
  return isOrdered(type, value, timezone) ? undefined : 'unordered';
}

function toTrouble(
  values: readonly (string | undefined)[],
  useless: readonly ReturnType<typeof whyUseless>[],
  [message, ...more]: readonly string[],
): CursorTrouble | undefined {
  const nothing = useless.filter((why) => why === 'nothing').length;
  const odd = useless.indexOf('unordered');
  if (nothing === 0 && odd === -1) return undefined;
  const unordered = useless.filter((why) => why === 'unordered').length;
  return {
    nothing,
    unordered,
    ...(odd !== -1 && { form: formOf(present(values[odd], 'the value that has no order')) }),
    ...(message !== undefined && { failed: { records: more.length + 1, message } }),
  };
}
