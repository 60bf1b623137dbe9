import type { Clock } from '../../contract/connector.ts';
import { andThen, type Soon } from '../../contract/soon.ts';
import type { Dialect } from '../answer/dialect.ts';
import { type Envelope, findSign } from '../answer/find-sign.ts';
import type { RawResponse } from '../transport/create-transport.ts';
import { fail, type JudgedAnswer, refuse, refuseStrayAbsence, refuseUnreadable } from './answer-faults.ts';
import type { HttpRequest, HttpResponse } from './http-client.ts';
import type { Operation } from './operation.ts';
import { parseAnswer } from './parse-answer.ts';
import { findRow } from './response-rows.ts';
import { verdictOf } from './status-table.ts';

/**
 * An answer becomes a response, or the Fault it stands for. A promise only where a condition needs one, or where there is
 * a fault to be told. The clock dates a `Retry-After` given as a date.
 */
export function judgeResponse(
  dialect: Dialect,
  request: HttpRequest,
  response: RawResponse,
  clock: Clock,
): Soon<HttpResponse> {
  const exchange: JudgedAnswer = { dialect, request, response, parsed: parseAnswer(response) };
  if (dialect.rows.length === 0) return judgeBy(undefined, exchange, clock);
  const { operation } = request;
  const row = findRow(dialect.rows, { operation, status: response.status, body: bodyOf(exchange) });
  return andThen(row, (code) => judgeBy(code, exchange, clock));
}

function judgeBy(row: string | undefined, exchange: JudgedAnswer, clock: Clock): Soon<HttpResponse> {
  const { request, response } = exchange;
  const { status } = response;
  if (row === 'ok') return { ...done(exchange), isSure: true };
  const isFine = row === undefined && status >= 200 && status < 300;
  const verdict = isFine ? 'done' : (row ?? verdictOf(status, request));
  if (verdict === 'absent') {
    if (row === undefined) refuseStrayAbsence(exchange);
    return { ...answered(exchange), absent: true };
  }
  if (verdict !== 'done') return refuse(exchange, verdict, clock.now());
  const { operation, envelope } = request;
  if (envelope === undefined) return done(exchange);
  const says = findFailure(exchange.dialect, { operation, status, body: bodyOf(exchange) }, envelope);
  return andThen(says, (said) => (said === undefined ? done(exchange) : fail(exchange, said)));
}

function bodyOf({ parsed }: JudgedAnswer): unknown {
  return parsed.form === 'json' ? parsed.value : undefined;
}

function answered(exchange: JudgedAnswer): Omit<HttpResponse, 'absent'> {
  const { status, headers, broken } = exchange.response;
  const known = { status, headers, body: bodyOf(exchange), form: exchange.parsed.form };
  return broken === undefined ? known : { ...known, broken };
}

function done(exchange: JudgedAnswer): HttpResponse {
  if (exchange.parsed.form !== 'json') refuseUnreadable(exchange);
  return { ...answered(exchange), absent: false };
}

/** How an answer in the 2xx says itself that it failed, in words; `undefined` where it does not. */
export function findFailure(
  { rows }: Dialect,
  { operation, status, body }: { operation: Operation; status: number; body: unknown },
  envelope: Envelope,
): Soon<string | undefined> {
  const asking = rows.filter((row) => row.isAbout(operation) && row.matchesStatus(status));
  const sign = findSign(
    body,
    (name, value) => envelope.speaksOf(name, value) || asking.some((row) => row.speaksOf(name)),
  );
  if (sign === undefined) return undefined;
  return andThen(envelope.isRecord(sign.answer), (isRecord) => (isRecord ? undefined : sign.says));
}
