import { startOf } from '../../contract/text/cut-text.ts';
import { refusedCode } from '../reach/refusal.ts';

/** Why no whole response came. */
export type FailureReason = 'network' | 'timeout' | 'tooLarge' | 'aborted' | 'malformed' | 'refused';

/** What is kept of an error of the HTTP libraries: theirs hold the request's headers and body. */
export interface TransportFailure {
  readonly reason: FailureReason;
  /** False only where it is certain that nothing of the request has left this machine. */
  readonly sent: boolean;
  /** `ECONNREFUSED`, `UND_ERR_CONNECT_TIMEOUT`, … */
  readonly code: string;
  /** Name and port of a proxy that did not let it through. */
  readonly proxy?: string;
  /** The library's own words, without the request: safe as a fault's cause. */
  readonly cause: Error;
}

const reasons: Readonly<Record<string, FailureReason>> = {
  ECONNABORTED: 'timeout',
  ETIMEDOUT: 'timeout',
  ERR_CANCELED: 'aborted',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  TL_TIMEOUT: 'timeout',
  TL_TOO_LARGE: 'tooLarge',
  TL_ABORTED: 'aborted',
  ERR_BUFFER_TOO_LARGE: 'tooLarge',
  UND_ERR_INVALID_ARG: 'malformed',
  ERR_INVALID_URL: 'malformed',
  ERR_INVALID_CHAR: 'malformed',
  [refusedCode]: 'refused',
};

/** With these the connection was never made, so nothing can have been sent. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
]);

/** An error of our own adapter, in the shape that {@link toTransportFailure} reads. */
export function createTransportError(code: string, sent: boolean, cause?: Error): Error {
  return Object.assign(new Error(cause?.message ?? code, { cause }), { code, sent });
}

export function toTransportFailure(thrown: unknown): TransportFailure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = errorCodeOf(error);
  const reason = isTooLarge(error) ? 'tooLarge' : (reasons[code] ?? 'network');
  const known = 'sent' in error && typeof error.sent === 'boolean' ? error.sent : undefined;
  // Whoever refuses our certificate has not looked at the request, even if that has left already (TLS 1.3).
  const isTurnedAway = /^ERR_SSL_\w*_ALERT_\w*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE|ACCESS_DENIED)/.test(code);
  const isUnsent = reason === 'malformed' || reason === 'refused' || neverConnected.has(code);
  const sent = !isTurnedAway && (known ?? !isUnsent);
  const { proxy } = error as { readonly proxy?: string };
  return { reason, sent, code, cause: toBareError(error, code), ...(proxy !== undefined && { proxy }) };
}

/** The code of an error, of the first one inside it, or its name. */
export function errorCodeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  const { cause } = error;
  // Connecting to a name with several addresses fails with all of their errors at once.
  if (error instanceof AggregateError && error.errors[0] instanceof Error)
    return errorCodeOf(error.errors[0]);
  return cause instanceof Error ? errorCodeOf(cause) : error.name;
}

function isTooLarge(error: Error): boolean {
  return error.name === 'AxiosError' && /^maxContentLength/.test(error.message);
}

function toBareError(error: Error, code: string): Error {
  const bare = new Error(error.message === '' ? code : startOf(error.message, 300));
  bare.name = error.name;
  return Object.assign(bare, { code });
}
