import { toPlainText } from './plain-text.ts';

/**
 * A fault has a code, the code has a kind, and the kind decides what happens next (`verdictFor` in the engine).
 * Each code has its section in docs/faults.md: what it means, who acts, how.
 */
export type FaultKind =
  /** May work in a moment: retried with backoff. */
  | 'transient'
  /** The target asked for a pause: waited for, no attempt used up. */
  | 'throttled'
  /** The other side (or a schema, or the flow itself) refused this record: to the errors at once. */
  | 'rejected'
  /** Nobody's data will pass until the configuration is changed: the connection pauses. */
  | 'config'
  /** The write may or may not have happened: look before writing again. */
  | 'unknown'
  /** A bug of ours: to the errors, and loudly. */
  | 'defect';

export const faultKinds = {
  // Reading and talking to a system
  TL_SYSTEM_UNREACHABLE: 'transient',
  TL_SYSTEM_UNAVAILABLE: 'transient',
  TL_SYSTEM_TIMEOUT: 'transient',
  TL_SYSTEM_THROTTLED: 'throttled',
  TL_SYSTEM_BAD_RESPONSE: 'transient',
  TL_SYSTEM_RESPONSE_TOO_LARGE: 'config',
  TL_AUTH_REFUSED: 'config',
  TL_AUTH_FORBIDDEN: 'config',
  TL_CONNECTION_CONFIG: 'config',
  TL_SOURCE_REJECTED: 'config',
  TL_SOURCE_UNREADABLE: 'config',
  TL_SOURCE_RECORD: 'rejected',
  // Writing
  TL_TARGET_REJECTED: 'rejected',
  TL_TARGET_NOT_FOUND: 'rejected',
  TL_TARGET_DUPLICATE: 'rejected',
  TL_TARGET_AMBIGUOUS: 'rejected',
  TL_TARGET_FIND_REFUSED: 'rejected',
  TL_TARGET_ID_UNCLEAR: 'rejected',
  TL_TARGET_ID_TAKEN: 'rejected',
  TL_TARGET_CONFLICT: 'transient',
  TL_TARGET_UNKNOWN: 'unknown',
  // The flow's own steps
  TL_KEY_MISSING: 'rejected',
  TL_KEY_INVALID: 'rejected',
  TL_VALIDATE_ENTITY: 'rejected',
  TL_VALIDATE_PAYLOAD: 'rejected',
  TL_FILTER_FAILED: 'rejected',
  TL_MAP_FAILED: 'rejected',
  TL_MAP_REFUSED: 'rejected',
  TL_MAP_SLOW: 'transient',
  TL_RECORD_TOO_LARGE: 'rejected',
  TL_GUARD_TRIPPED: 'config',
  TL_RUN_REJECTED: 'rejected',
  TL_TAKEN_OUT: 'rejected',
  // Ourselves
  TL_ARGUMENT_INVALID: 'config',
  TL_WORKSPACE_INVALID: 'config',
  TL_STORE_UNAVAILABLE: 'transient',
  TL_LEASE_LOST: 'transient',
  TL_RUN_STOPPED: 'transient',
  TL_DEFECT: 'defect',
} as const satisfies Record<string, FaultKind>;

export type FaultCode = keyof typeof faultKinds;

export interface FaultDetails {
  /** How long the other side asked to be left alone. Milliseconds. */
  readonly retryAfterMs?: number;
  /** What the other side answered: status and its own words, already cut to size. Never credentials. */
  readonly answer?: { readonly status?: number; readonly code?: string; readonly message?: string };
  /** Place in a workspace file that the fault comes from: `flows/orders.yaml:14:9`. */
  readonly at?: string;
  readonly cause?: unknown;
}

/**
 * The one error class of the engine and its connectors; it is never extended.
 * `code` is one of {@link faultKinds}, or a flow's own code from `$fail(code, message)`, which is always 'rejected'.
 * What systems and records say in it is made plain text: it is shown on screens and kept in columns.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: string;
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  readonly answer: FaultDetails['answer'];
  readonly at: string | undefined;

  constructor(code: FaultCode | (string & {}), message: string, details: FaultDetails = {}) {
    super(
      toPlainText(message, maxMessage),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.code = toPlainText(code, maxCode);
    this.kind = isFaultCode(code) ? faultKinds[code] : 'rejected';
    this.retryAfterMs = details.retryAfterMs;
    this.answer = details.answer && toPlainAnswer(details.answer);
    this.at = details.at;
  }
}

const maxMessage = 10_000;
const maxCode = 200;

function toPlainAnswer({ status, code, message }: NonNullable<FaultDetails['answer']>): Fault['answer'] {
  return {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code: toPlainText(code, maxCode) }),
    ...(message !== undefined && { message: toPlainText(message, maxMessage) }),
  };
}

export function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(faultKinds, code);
}

/** Wraps whatever was thrown: a Fault stays itself, anything else is a defect of ours. */
export function toFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Fault('TL_DEFECT', `unexpected: ${message}`, { cause: thrown });
}
