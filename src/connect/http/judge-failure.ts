import { Fault, type FaultDetails } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import type { Dialect } from '../answer/dialect.ts';
import { type TransportFailure, toTransportFailure } from '../transport/transport-failure.ts';
import { explainFailure, isUnpacking } from './explain-failure.ts';
import { type HttpRequest, told } from './http-client.ts';
import { isWrite } from './operation.ts';

/**
 * No whole answer came: which Fault is that? Throws the signal's reason instead where the caller stopped it and
 * nothing can have been written.
 */
export function judgeFailure(
  dialect: Dialect,
  request: HttpRequest,
  thrown: unknown,
  signal: AbortSignal,
): Fault {
  const failure = toTransportFailure(thrown);
  const isSentWrite = failure.sent && isWrite(request.operation);
  if (failure.reason === 'aborted' && !isSentWrite) signal.throwIfAborted();
  const code = isSentWrite ? 'TL_TARGET_UNKNOWN' : codeOf(failure);
  const isRefused = failure.reason === 'refused';
  const state = failure.sent ? ' after the request was sent' : isRefused ? '' : ' before anything was sent';
  const explained = explainFailure(failure, URL.parse(request.url)?.host ?? 'an address that is none');
  const message = `${told(dialect, request)}: ${explained.what}${state} (${failure.code})${explained.advice}`;
  const details: FaultDetails = { cause: failure.cause };
  return new Fault(code, message, request.at === undefined ? details : { ...details, at: request.at });
}

function codeOf({ reason, sent, code }: TransportFailure): FaultCode {
  if (isUnpacking(code)) return 'TL_SYSTEM_BAD_RESPONSE';
  if (reason === 'malformed' || reason === 'refused') return 'TL_CONNECTION_CONFIG';
  if (reason === 'tooLarge') return 'TL_SYSTEM_RESPONSE_TOO_LARGE';
  return sent ? 'TL_SYSTEM_TIMEOUT' : 'TL_SYSTEM_UNREACHABLE';
}
