import { hash } from 'node:crypto';
import { Fault } from '../../contract/fault.ts';
import { toJsonText } from '../../contract/raw-text.ts';
import type { Expression } from '../../mapping/expression.ts';
import { kindOf } from '../answer/describe-answer.ts';
import type { Scope } from '../compile-text.ts';
import { atOf, choiceOf, type Declared, member, numberOf, pathText, required, textOf } from '../declared.ts';
import type { HttpResponse } from '../http/http-client.ts';
import type { Overlay } from '../resource/compile-request.ts';

/** Walks through the pages of one read: what is laid over the first request, and over each one after it. */
export interface Pager {
  readonly first: Overlay;
  /** `undefined`: that was the last page. */
  next(seen: PageSeen): Promise<Overlay | undefined>;
}

export interface PageSeen {
  readonly response: HttpResponse;
  readonly records: readonly unknown[];
  /** The URL this page came from. */
  readonly url: string;
}

export interface PagingStart {
  readonly scope: Scope;
  /** Where the connection's base URL stands; a next page may stand nowhere else. */
  readonly origin: string;
  /** The longest page that this list has ever given. */
  readonly longest: number;
}

export type StartPaging = (start: PagingStart) => Pager;

export interface PageSize {
  readonly value: number | undefined;
  readonly overlay: Readonly<Record<string, unknown>>;
}

/** `size: { param, value }`; without it the system's own page size rules and is not known. */
export function compilePageSize(paging: Declared): PageSize {
  const declared = member(paging, 'size');
  if (declared === undefined) return { value: undefined, overlay: {} };
  const value = numberOf(required(declared, 'value'));
  const param = member(declared, 'param');
  return { value, overlay: param === undefined ? {} : { [textOf(param)]: value } };
}

/** Puts paging parameters where they belong: `in: query` (default) or `in: body`. */
export function compilePut(paging: Declared): (values: Readonly<Record<string, unknown>>) => Overlay {
  const where = choiceOf(member(paging, 'in'), ['query', 'body']);
  return where === 'body' ? (body) => ({ body }) : (query) => ({ query });
}

/**
 * Tells which page is the last one where nothing but its length says so. An empty one is. A short one is only where
 * the list is known to give longer ones: one as long as the longest ever seen may have been cut by the system.
 */
export function createEndGuess(size: number | undefined, longestEver: number): EndGuess {
  let longest = longestEver;
  return {
    isLast({ length }) {
      const isShort = size !== undefined && length < size && length < longest;
      longest = Math.max(longest, length);
      return length === 0 || isShort;
    },
  };
}

export interface EndGuess {
  isLast(records: readonly unknown[]): boolean;
}

/**
 * A number that a system answers, also as a text; `undefined` where it says nothing. One that is none is a fault, and
 * so is one that is less than what has come (`least`): what cannot be understood proves no end.
 */
export async function readTotal(
  paging: Declared,
  total: Expression | undefined,
  { response, least }: { readonly response: HttpResponse; readonly least: number },
): Promise<number | undefined> {
  const value = await total?.evaluate(response.body);
  if (total === undefined || value === undefined) return undefined;
  const count = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
    throw pagingFault(paging, `\`total: ${total.text}\` must give a count, and gave ${describeCount(value)}`);
  if (count < least)
    throw pagingFault(
      paging,
      `\`total: ${total.text}\` gave ${count}, less than what has come (${least}); leave it out if it is no exact count`,
    );
  return count;
}

function describeCount(value: unknown): string {
  return typeof value === 'number' ? String(value) : kindOf(value);
}

/** An empty page, although the system says that there are more: it does not know, or it did not answer. */
export function emptyTooEarly(paging: Declared, total: number): Fault {
  return pagingFault(
    paging,
    `the system gave an empty page before the end: \`total\` says ${total}; leave it out if it is only about right`,
  );
}

export function pagingFault(paging: Declared, problem: string): Fault {
  const at = atOf(paging);
  return new Fault('TL_SOURCE_UNREADABLE', `${pathText(paging)}: ${problem}`, at === undefined ? {} : { at });
}

/** Refuses to walk in circles: a token or URL that has been seen before would give the same pages for ever. */
export function createLoopGuard(paging: Declared, what: string): (step: string) => void {
  const seen = new Set<string>();
  return (step) => {
    // Tokens can be long; what has to be remembered of each is only whether it was there.
    const mark = step.length <= 64 ? step : digest(step);
    if (seen.has(mark))
      throw pagingFault(paging, `the system gave the same ${what} twice, which would never end`);
    seen.add(mark);
  };
}

/** The same page again and again: a system that does not know the parameter answers with its first page for ever. */
export function createRepeatGuard(paging: Declared): (records: readonly unknown[]) => void {
  let previous = '';
  return (records) => {
    if (records.length === 0) return;
    const mark = digest(toJsonText([records.length, records[0], records.at(-1)]));
    if (mark === previous)
      throw pagingFault(
        paging,
        'the system gave the same page twice; does it know the parameter? If it gives everything at once, leave `paging` out',
      );
    previous = mark;
  };
}

function digest(text: string): string {
  return hash('sha1', text, 'base64');
}
