import type { JsonObject } from '../../contract/json.ts';
import { whyNoText } from '../../contract/record-bounds.ts';
import type { MappingTree } from '../../mapping/tree.ts';
import { compileTexts, type Scope, type Texts } from '../compile-text.ts';
import { choiceOf, type Declared, member, members, required, toTree } from '../declared.ts';
import { type CursorType, compareCursors, toCursorTime } from './compare-cursors.ts';
import { compileScalarValue, type RecordValue, toScalar } from './compile-record-value.ts';
import { type Overlay, toOverlayBody } from './compile-request.ts';

/** `cursor` of a read: how it says from where on, and how far it has come. */
export interface Cursor {
  readonly type: CursorType;
  readonly order: 'none' | 'ascending';
  readonly value: RecordValue;
  /** The cursor of a read that was given none; usually nothing. */
  readonly initial: string | undefined;
  /** Query parameters and body members that it sets, as the manifest writes them. */
  readonly sources: Readonly<Record<string, string>>;
  /** What is laid over the request; nothing for what the scope has no value of. */
  overlays(scope: Scope): Promise<readonly Overlay[]>;
}

export function compileCursor(declared: Declared): Cursor {
  const from = compileBound(declared);
  const untilDeclared = member(declared, 'until');
  const until = untilDeclared && compileBound(untilDeclared);
  const initial = toScalar(member(declared, 'default')?.value);
  return {
    type: choiceOf(member(declared, 'type'), ['time', 'number', 'text']),
    order: choiceOf(member(declared, 'order'), ['none', 'ascending']),
    value: compileScalarValue(required(declared, 'value')),
    initial: initial === 'none' ? undefined : initial,
    sources: { ...toSources(member(declared, 'body')), ...from.query.sources },
    async overlays(scope) {
      const found: Overlay[] = [];
      if (scope['cursor'] !== undefined) found.push(await toOverlay(from, scope));
      if (until !== undefined && scope['until'] !== undefined) found.push(await toOverlay(until, scope));
      return found;
    },
  };
}

interface Bound {
  readonly query: Texts;
  readonly body: MappingTree | undefined;
}

function compileBound(declared: Declared): Bound {
  const body = member(declared, 'body');
  return { query: compileTexts(member(declared, 'query')), body: body && toTree(body) };
}

function toSources(body: Declared | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(members(body).map(([name, each]) => [name, JSON.stringify(each.value)]));
}

async function toOverlay({ query, body }: Bound, scope: Scope): Promise<Overlay> {
  const over: JsonObject | undefined = toOverlayBody(await body?.apply(scope));
  return { query: await query.evaluate(scope), ...(over && { body: over }) };
}

/** How far one read has come. */
export interface Progress {
  /** Sorts out what lies behind `until`, and remembers the highest value of the rest. */
  take(records: readonly unknown[]): Promise<readonly unknown[]>;
  /** The cursor that may be committed with the page just taken. */
  cursorAfter(isLast: boolean): string | undefined;
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
 * others there. A cursor never moves back.
 */
export function startProgress(cursor: Cursor, { from, until, startedAt }: ProgressStart): Progress {
  const { type } = cursor;
  const highest = (left: string | undefined, right: string): string =>
    left === undefined || compareCursors(type, left, right) < 0 ? right : left;
  let reached = from;
  let moved = false;

  return {
    async take(records) {
      const values = await Promise.all(records.map((record) => cursor.value.evaluate(record)));
      return records.filter((_record, index) => {
        const value = values[index];
        // What no column can hold moves nothing: the record is read, and will be once more.
        if (value === undefined || whyNoText(value) !== undefined) return true;
        if (until !== undefined && compareCursors(type, value, until) > 0) return false;
        reached = highest(reached, value);
        moved = true;
        return true;
      });
    },
    cursorAfter(isLast) {
      if (!moved || reached === undefined || (cursor.order === 'none' && !isLast)) return undefined;
      if (type !== 'time') return reached;
      const began = toCursorTime(startedAt, reached);
      const capped = compareCursors(type, reached, began) > 0 ? began : reached;
      return from === undefined ? capped : highest(from, capped);
    },
  };
}
