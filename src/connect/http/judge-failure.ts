import { Fault, type FaultCode, type FaultDetails } from '../../contract/fault.ts';
import { type FailureReason, toTransportFailure } from '../transport/transport-failure.ts';
import type { HttpRequest } from './http-client.ts';
import { type Dialect, told } from './judge-response.ts';
import { isWrite } from './operation.ts';

const words: Readonly<Record<FailureReason, string>> = {
  network: 'the connection broke',
  timeout: 'no whole answer came in time',
  tooLarge: 'the answer is larger than `maxResponse`',
  aborted: 'it was stopped',
  malformed: 'the request could not be formed',
};

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
  const code = isSentWrite ? 'TL_TARGET_UNKNOWN' : codeOf(failure.reason, failure.sent);
  const state = failure.sent ? 'after the request was sent' : 'before anything was sent';
  const message = `${told(dialect, request)}: ${words[failure.reason]} ${state} (${failure.code})`;
  const details: FaultDetails = { cause: failure.cause };
  return new Fault(code, message, request.at === undefined ? details : { ...details, at: request.at });
}

function codeOf(reason: FailureReason, sent: boolean): FaultCode {
  if (reason === 'malformed') return 'TL_CONNECTION_CONFIG';
  if (reason === 'tooLarge') return 'TL_SYSTEM_RESPONSE_TOO_LARGE';
  return sent ? 'TL_SYSTEM_TIMEOUT' : 'TL_SYSTEM_UNREACHABLE';
}
