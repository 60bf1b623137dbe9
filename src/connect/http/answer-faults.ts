import { Fault, type FaultDetails } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import type { Dialect } from '../answer/dialect.ts';
import { readSystemWords, shown } from '../answer/system-words.ts';
import type { RawResponse } from '../transport/create-transport.ts';
import { type HttpRequest, told } from './http-client.ts';
import { isWrite, type Operation, unknownOr } from './operation.ts';
import { headerOf, type ParsedBody } from './parse-answer.ts';
import { parseRetryAfterMs } from './parse-retry-after.ts';

/** An answer with all that it is judged by. */
export interface JudgedAnswer {
  readonly dialect: Dialect;
  readonly request: HttpRequest;
  readonly response: RawResponse;
  readonly parsed: ParsedBody;
}

/** Throws the fault that an answer stands for. `now` dates a `Retry-After` given as a date. */
export async function refuse(exchange: JudgedAnswer, code: string, now: number): Promise<never> {
  const { dialect, request, response, parsed } = exchange;
  const { status, headers } = response;
  const words = await readSystemWords(dialect, { status, text: response.text, parsed });
  const target = status >= 300 && status < 400 ? redirectTarget(exchange) : undefined;
  const detail = target ?? words.detail;
  const retryAfterMs = parseRetryAfterMs(headerOf(headers, 'retry-after'), now);
  throw new Fault(
    code,
    `${told(dialect, request)} answered ${status}${detail === undefined ? '' : `: ${detail}`}${nextPageHint(request, status)}`,
    {
      answer: words.answer,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...placeOf(request),
    },
  );
}

/** Some systems answer 404 for a page behind the last one. Taken for that unasked, a lost page would end the list. */
function nextPageHint({ isNextPage, operation }: HttpRequest, status: number): string {
  if (isNextPage !== true || (status !== 404 && status !== 410)) return '';
  return `. Pages before it have come: if that is how the system says that there are no more, say so: ${absentRow(status, operation)}`;
}

const absentRow = (status: number, operation: Operation) =>
  `\`responses: [{ status: ${status}, on: ${operation}, code: absent }]\``;

/**
 * A write has been refused, and that is known. Of a question it says nothing about a record: what cannot be searched
 * now may be in a moment.
 */
const failureCodes = (operation: Operation): FaultCode => {
  if (isWrite(operation)) return 'TL_TARGET_REJECTED';
  return operation === 'read' ? 'TL_SOURCE_REJECTED' : 'TL_SYSTEM_BAD_RESPONSE';
};

/** Throws the fault of an answer in the 2xx that says itself that it failed. */
export async function fail(
  { dialect, request, response, parsed }: JudgedAnswer,
  says: string,
): Promise<never> {
  const { status, text } = response;
  const { answer, detail } = await readSystemWords(dialect, { status, text, parsed });
  throw new Fault(
    failureCodes(request.operation),
    `${told(dialect, request)} answered ${status}, but ${says}: ${detail ?? 'it says no more'}`,
    { answer, ...placeOf(request) },
  );
}

/**
 * A login page or a proxy's error page answers 200 too. It counts as no answer even where none was needed. Of a
 * create that cannot be repeated it is not known then whether it has happened.
 */
export function refuseUnreadable({ dialect, request, response, parsed }: JudgedAnswer): void {
  if (parsed.form === 'empty' && (!request.expectsJson || request.mayBeEmpty === true)) return;
  if (!request.expectsJson && !(parsed.form === 'other' && parsed.html)) return;
  const came = parsed.form === 'other' ? parsed.reason : 'nothing';
  const words = parsed.form === 'other' && !parsed.html ? shown(dialect, response.text) : undefined;
  throw new Fault(
    unknownOr('TL_SYSTEM_BAD_RESPONSE', request),
    `${told(dialect, request)} answered ${response.status} with ${dialect.secrets.cut(came)}, where JSON was expected${
      words === undefined ? '' : `: ${words}`
    }`,
    { answer: { status: response.status }, ...placeOf(request) },
  );
}

/** "There is no such page" is not "there is no such record": neither of a list, nor in the words of a proxy. */
export function refuseStrayAbsence({ dialect, request, response, parsed }: JudgedAnswer): void {
  const { operation } = request;
  const { status } = response;
  const details = { answer: { status }, ...placeOf(request) };
  const answered = `${told(dialect, request)} answered ${status}`;
  if (parsed.form === 'other' && parsed.html) {
    const page = dialect.secrets.cut(parsed.reason);
    const message = `${answered} with ${page}, which does not say that there is no such record`;
    throw new Fault('TL_SYSTEM_BAD_RESPONSE', message, details);
  }
  if (request.namesRecord !== false) return;
  const message = `${answered}, and its path names no record: is the address right? If it means that there is none, say so: ${absentRow(status, operation)}`;
  throw new Fault('TL_CONNECTION_CONFIG', message, details);
}

/** Where a redirect points, without what may be a credential. */
function redirectTarget({ dialect, request, response }: JudgedAnswer): string | undefined {
  const location = headerOf(response.headers, 'location');
  if (location === undefined) return undefined;
  const url = URL.parse(location, request.url);
  if (url === null) return undefined;
  const query = url.search === '' ? '' : '?…';
  const target = shown(dialect, `${url.origin}${url.pathname}`);
  return `a redirect to ${target}${query}. Redirects are not followed: if that is where the system is, let \`baseUrl\` say so`;
}

function placeOf({ at }: HttpRequest): FaultDetails {
  return at === undefined ? {} : { at };
}
