import { Fault } from '../../contract/fault.ts';
import type { Expression } from '../../mapping/expression.ts';
import type { RawResponse } from '../transport/create-transport.ts';
import type { HttpRequest, HttpResponse } from './http-client.ts';
import { unknownOr } from './operation.ts';
import { type ParsedBody, parseBody } from './parse-body.ts';
import { parseRetryAfterMs } from './parse-retry-after.ts';
import { findRow, type ResponseRow } from './response-rows.ts';
import { verdictOf } from './status-table.ts';

/** How a system says what it means; from `responses` and `error` of a manifest. */
export interface Dialect {
  readonly connection: string;
  readonly rows: readonly ResponseRow[];
  /** Over an error's body: the system's own words. */
  readonly message: Expression | undefined;
  readonly code: Expression | undefined;
}

/** An answer becomes a response, or the Fault it stands for. `now` dates a `Retry-After` given as a date. */
export async function judgeResponse(
  dialect: Dialect,
  request: HttpRequest,
  response: RawResponse,
  now: number,
): Promise<HttpResponse> {
  const { status, headers } = response;
  const parsed = parseBody(response.text, headerOf(headers, 'content-type'));
  const body = parsed.form === 'json' ? parsed.value : undefined;
  const row = dialect.rows.length === 0 ? undefined : await findRow(dialect.rows, status, body);
  const verdict = row ?? verdictOf(status, request);
  if (verdict === 'done') {
    refuseUnreadable(dialect, request, response, parsed);
    return { status, absent: false, headers, body };
  }
  if (verdict === 'absent') return { status, absent: true, headers, body };
  const answer = await readAnswer(dialect, status, body);
  const detail = answer.message ?? (parsed.form === 'other' ? parsed.reason : undefined);
  const retryAfterMs = parseRetryAfterMs(headerOf(headers, 'retry-after'), now);
  throw new Fault(
    verdict,
    `${told(dialect, request)} answered ${status}${detail === undefined ? '' : `: ${detail}`}`,
    {
      answer,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(request.at === undefined ? {} : { at: request.at }),
    },
  );
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
function refuseUnreadable(
  dialect: Dialect,
  request: HttpRequest,
  response: RawResponse,
  parsed: ParsedBody,
): void {
  if (parsed.form === 'json') return;
  if (!request.expectsJson && !(parsed.form === 'other' && parsed.html)) return;
  const came = parsed.form === 'other' ? parsed.reason : 'nothing';
  throw new Fault(
    unknownOr('TL_SYSTEM_BAD_RESPONSE', request),
    `${told(dialect, request)} answered ${response.status} with ${came}, where JSON was expected`,
    { answer: { status: response.status }, ...(request.at === undefined ? {} : { at: request.at }) },
  );
}

async function readAnswer(
  dialect: Dialect,
  status: number,
  body: unknown,
): Promise<NonNullable<Fault['answer']>> {
  if (body === undefined) return { status };
  const message = await readWords(dialect.message, body);
  const code = await readWords(dialect.code, body);
  return { status, ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
}

/** The system's own words at an expression, cut to size; nothing where it gives nothing or fails. */
export async function readWords(
  expression: Expression | undefined,
  body: unknown,
): Promise<string | undefined> {
  if (expression === undefined) return undefined;
  const value = await expression.evaluate(body).catch(() => undefined);
  const text = Array.isArray(value) ? value.filter((each) => typeof each === 'string').join('; ') : value;
  if (typeof text !== 'string' && typeof text !== 'number') return undefined;
  const words = String(text).replace(/\s+/g, ' ').trim();
  if (words === '') return undefined;
  return words.length > 300 ? `${words.slice(0, 299)}…` : words;
}
