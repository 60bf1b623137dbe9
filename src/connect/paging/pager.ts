import { hash } from 'node:crypto';
import { Fault } from '../../contract/fault.ts';
import type { ManifestPagingPage } from '../../contract/generated/connector.ts';
import { resourceDefaults } from '../../contract/generated/defaults.ts';
import { toJsonText } from '../../contract/text/raw-text.ts';
import type { Expression } from '../../mapping/expression/expression.ts';
import { describeAnswerValue } from '../answer/describe-answer.ts';
import type { TemplateScope } from '../compile-text.ts';
import {
  atOf,
  choiceOf,
  type Declaration,
  member,
  numberOf,
  pathText,
  required,
  textOf,
} from '../declaration.ts';
import type { HttpResponse } from '../http/http-client.ts';
import type { Overlay } from '../resource/to-http-request.ts';

/** Walks through the pages of one read: what is laid over the first request, and over each one after it. */
export interface Pager {
  readonly first: Overlay;
  /** `undefined`: that was the last page. */
  next(seen: PageSeen): Promise<Overlay | undefined>;
  /** The page that `next` asked for does not exist, as the system says: throws where it has said itself that it does. */
  refuseAbsence(): void;
}

export interface PageSeen {
  readonly response: HttpResponse;
  readonly records: readonly unknown[];
  /** The URL this page came from. */
  readonly url: string;
}

export interface PagingStart {
  readonly scope: TemplateScope;
  /** Where the connection's base URL stands; a next page may stand nowhere else but where the connection allows it. */
  readonly origin: string;
  mayLead(url: URL): boolean;
  /** The longest page that this list has ever given. */
  readonly longest: number;
}

export type StartPaging = (start: PagingStart) => Pager;

export interface PageSize {
  readonly value: number | undefined;
  readonly overlay: Readonly<Record<string, unknown>>;
}

/** `size: { param, value }`; without it the system's own page size rules and is not known. */
export function compilePageSize(paging: Declaration<Pick<ManifestPagingPage, 'size'>>): PageSize {
  const declared = member(paging, 'size');
  if (declared === undefined) return { value: undefined, overlay: {} };
  const value = numberOf(required(declared, 'value'));
  const param = member(declared, 'param');
  return { value, overlay: param === undefined ? {} : { [textOf(param)]: value } };
}

/** Puts paging parameters where they belong: `in: query` (default) or `in: body`. */
export function compilePut(
  paging: Declaration<Pick<ManifestPagingPage, 'in'>>,
): (values: Readonly<Record<string, unknown>>) => Overlay {
  const declared = member(paging, 'in');
  const where = declared ? choiceOf(declared, ['query', 'body']) : resourceDefaults.read.paging.in;
  return where === 'body' ? (body) => ({ body }) : (query) => ({ query });
}

/**
 * Says which page is the last one: by what the system counts, if it does; what one page has said holds for those behind
 * it that say nothing. Else an empty one is. A short one is only where the list is known to give longer ones: one as long
 * as the longest ever seen may have been cut by the system.
 */
export function createEnd(
  paging: Declaration,
  {
    total,
    size,
    longest,
  }: { readonly total: Expression | undefined; readonly size: PageSize; readonly longest: number },
): ListEnd {
  const seen = { longest, known: undefined as number | undefined, lacks: false };
  const looksLast = ({ length }: readonly unknown[]): boolean => {
    const isShort = size.value !== undefined && length < size.value && length < seen.longest;
    seen.longest = Math.max(seen.longest, length);
    return length === 0 || isShort;
  };
  return {
    async isLast({ response, records }, { come, least = come, uncounted = 0 }) {
      const said = await readTotal(paging, total, { response, least });
      const isEnd = looksLast(records);
      if (said !== undefined) seen.known = said + uncounted;
      seen.lacks = seen.known !== undefined && come < seen.known;
      if (seen.lacks && records.length === 0) throw tooEarly(paging, 'gave an empty page', seen.known);
      return !seen.lacks && (said !== undefined || isEnd);
    },
    refuseAbsence() {
      if (seen.lacks) throw tooEarly(paging, 'says that there is no such page', seen.known);
    },
  };
}

export interface ListEnd {
  /** @throws {Fault} TL_SOURCE_UNREADABLE: what the system counts cannot be so. */
  isLast(seen: PageSeen, progress: PageProgress): Promise<boolean>;
  /** @throws {Fault} TL_SOURCE_UNREADABLE: by what the system has counted there is a page more. */
  refuseAbsence(): void;
}

/** How far a read is with the page that has just come, in what `total` counts: records or pages. */
export interface PageProgress {
  readonly come: number;
  /** The least that `total` can be now; `come` if left out. */
  readonly least?: number;
  /** How many of those that have come `total` does not count any more. */
  readonly uncounted?: number;
}

/**
 * A number that a system answers, also as a text; `undefined` where it says nothing. One that is none is a fault, and
 * so is one that is less than what has come (`least`): what cannot be understood proves no end.
 */
async function readTotal(
  paging: Declaration,
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
  return typeof value === 'number' ? String(value) : describeAnswerValue(value);
}

/** The list ends, although the system says that there is more: it does not know, or it did not answer. */
function tooEarly(paging: Declaration, what: string, total: number | undefined): Fault {
  return pagingFault(
    paging,
    `the system ${what} before the end: \`total\` says ${total}; leave it out if it is only about right`,
  );
}

/** Of pages that the system names one by one: a name is its word that there is such a page. */
export function refuseNamedAbsence(paging: Declaration): () => void {
  return () => {
    throw pagingFault(
      paging,
      'the system named a next page, and then says that there is none: what stands on it has not come',
    );
  };
}

export function pagingFault(paging: Declaration, problem: string): Fault {
  const at = atOf(paging);
  return new Fault('TL_SOURCE_UNREADABLE', `${pathText(paging)}: ${problem}`, at === undefined ? {} : { at });
}

/** Refuses to walk in circles: a token or URL that has been seen before would give the same pages for ever. */
export function createLoopGuard(paging: Declaration, what: string): (step: string) => void {
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
export function createRepeatGuard(paging: Declaration): (records: readonly unknown[]) => void {
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
