import { Fault, type FaultDetails } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import type { Dialect } from '../answer/dialect.ts';
import { type Envelope, findSign } from '../answer/find-sign.ts';
import { readSystemWords, shown } from '../answer/system-words.ts';
import type { RawResponse } from '../transport/create-transport.ts';
import type { HttpRequest, HttpResponse } from './http-client.ts';
import { isWrite, type Operation, unknownOr } from './operation.ts';
import { type ParsedBody, parseBody } from './parse-body.ts';
import { parseRetryAfterMs } from './parse-retry-after.ts';
import { findRow } from './response-rows.ts';
import { verdictOf } from './status-table.ts';

/** An answer becomes a response, or the Fault it stands for. `now` dates a `Retry-After` given as a date. */
export async function judgeResponse(
  dialect: Dialect,
  request: HttpRequest,
  response: RawResponse,
  now: number,
): Promise<HttpResponse> {
  const { status, headers, broken } = response;
  const { operation } = request;
  const parsed = parse(response);
  const body = parsed.form === 'json' ? parsed.value : undefined;
  const row =
    dialect.rows.length === 0 ? undefined : await findRow(dialect.rows, { operation, status, body });
  const answered = { status, headers, body, form: parsed.form, ...(broken !== undefined && { broken }) };
  if (row === 'ok') return done({ ...answered, isSure: true }, { dialect, request, response, parsed });
  const verdict = row ?? verdictOf(status, request);
  if (verdict === 'absent') {
    if (row === undefined) refuseStrayAbsence({ dialect, request, response, parsed });
    return { ...answered, absent: true };
  }
  if (verdict !== 'done') throw await toFault({ dialect, request, response, parsed }, verdict, now);
  const says =
    request.envelope && (await findFailure(dialect, { operation, status, body }, request.envelope));
  if (says !== undefined) throw await toFailure({ dialect, request, response, parsed }, says);
  return done(answered, { dialect, request, response, parsed });
}

interface Exchange {
  readonly dialect: Dialect;
  readonly request: HttpRequest;
  readonly response: RawResponse;
  readonly parsed: ParsedBody;
}

function done(response: Omit<HttpResponse, 'absent'>, exchange: Exchange): HttpResponse {
  refuseUnreadable(exchange);
  return { ...response, absent: false };
}

async function toFault(exchange: Exchange, code: string, now: number): Promise<Fault> {
  const { dialect, request, response, parsed } = exchange;
  const { status, headers } = response;
  const words = await readSystemWords(dialect, { status, text: response.text, parsed });
  const target = status >= 300 && status < 400 ? redirectTarget(exchange) : undefined;
  const detail = target ?? words.detail;
  const retryAfterMs = parseRetryAfterMs(headerOf(headers, 'retry-after'), now);
  return new Fault(
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

/** How an answer in the 2xx says itself that it failed, in words; `undefined` where it does not. */
export async function findFailure(
  { rows }: Dialect,
  { operation, status, body }: { operation: Operation; status: number; body: unknown },
  envelope: Envelope,
): Promise<string | undefined> {
  const asking = rows.filter((row) => row.isAbout(operation) && row.matchesStatus(status));
  const sign = findSign(
    body,
    (name, value) => envelope.speaksOf(name, value) || asking.some((row) => row.speaksOf(name)),
  );
  if (sign === undefined || (await envelope.isRecord(sign.answer))) return undefined;
  return sign.says;
}

/**
 * A write has been refused, and that is known. Of a question it says nothing about a record: what cannot be searched
 * now may be in a moment.
 */
const failureCodes = (operation: Operation): FaultCode => {
  if (isWrite(operation)) return 'TL_TARGET_REJECTED';
  return operation === 'read' ? 'TL_SOURCE_REJECTED' : 'TL_SYSTEM_BAD_RESPONSE';
};

async function toFailure({ dialect, request, response, parsed }: Exchange, says: string): Promise<Fault> {
  const { status, text } = response;
  const { answer, detail } = await readSystemWords(dialect, { status, text, parsed });
  return new Fault(
    failureCodes(request.operation),
    `${told(dialect, request)} answered ${status}, but ${says}: ${detail ?? 'it says no more'}`,
    { answer, ...placeOf(request) },
  );
}

function parse({ text, headers, broken, unreadable }: RawResponse): ParsedBody {
  if (unreadable !== undefined) return { form: 'other', html: false, reason: unreadable };
  const parsed = parseBody(text, headerOf(headers, 'content-type'));
  if (parsed.form !== 'other' || broken === undefined) return parsed;
  return { ...parsed, reason: `${parsed.reason}; ${broken}` };
}

/** `erp: POST /salesOrders` */
export function told(dialect: Pick<Dialect, 'connection'>, request: Pick<HttpRequest, 'label'>): string {
  return `${dialect.connection}: ${request.label}`;
}

export function headerOf(headers: RawResponse['headers'], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/**
 * A login page or a proxy's error page answers 200 too. It counts as no answer even where none was needed. Of a
 * create that cannot be repeated it is not known then whether it has happened.
 */
function refuseUnreadable({ dialect, request, response, parsed }: Exchange): void {
  if (parsed.form === 'json') return;
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
function refuseStrayAbsence({ dialect, request, response, parsed }: Exchange): void {
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
function redirectTarget({ dialect, request, response }: Exchange): string | undefined {
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
