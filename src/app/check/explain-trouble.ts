import { type Fault, toFault } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';

/** What is wrong with a connection, in a word that says whose it is to mend. */
export type TroubleKind =
  /** Nobody is there: the address, a port, a certificate, the network. */
  | 'host'
  /** The system does not know us: a password, a key, a token. */
  | 'secret'
  /** The system knows us, and does not allow it. */
  | 'right'
  /** There is no such thing at the system. */
  | 'path'
  /** What came is not what the connector expects: no JSON, a login page, another list. */
  | 'answer'
  /** The system refuses what was asked for. */
  | 'request'
  /** The connection's own configuration: a variable that is not set, a folder that is not there. */
  | 'settings'
  /** The system has asked for a pause. */
  | 'busy'
  /** The system is there and does not work, or takes too long. */
  | 'away';

export interface Trouble {
  readonly kind: TroubleKind;
  /** What that means, and who mends it. */
  readonly means: string;
  readonly code: string;
  /** What happened; never a payload or a credential. */
  readonly message: string;
  /** Seconds that the system has asked us to wait. */
  readonly retryAfterSeconds?: number;
}

export function toTrouble(thrown: unknown): Trouble {
  const fault = toFault(thrown);
  const { code, message, retryAfterMs } = fault;
  const kind = kindOf(fault);
  return {
    ...{ kind, means: meanings[kind], code, message },
    ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }),
  };
}

const meanings: Readonly<Record<TroubleKind, string>> = {
  host: 'nobody was reached there: look at the address, the port, the certificate or the network',
  secret: 'the system does not know us: the password, key or token is wrong, or has run out',
  right: 'the system knows us and does not allow this: the account lacks a right',
  path: 'the system has no such thing: look at the path, the version in it or the name of the resource',
  answer: 'something else answers than what the connector expects: look at the address and the path',
  request: 'the system refuses what was asked for: look at what the flow or the resource asks',
  settings: 'the connection is not configured as it must be',
  busy: 'the system wants fewer requests for a while: look at the limits of the connection',
  away: 'the system is there and does not work now, or takes too long',
};

const byCode: Partial<Readonly<Record<FaultCode, TroubleKind>>> = {
  TL_SYSTEM_UNREACHABLE: 'host',
  TL_AUTH_REFUSED: 'secret',
  TL_AUTH_FORBIDDEN: 'right',
  TL_SYSTEM_BAD_RESPONSE: 'answer',
  TL_SYSTEM_RESPONSE_TOO_LARGE: 'answer',
  TL_SOURCE_UNREADABLE: 'answer',
  TL_SYSTEM_THROTTLED: 'busy',
  TL_SYSTEM_UNAVAILABLE: 'away',
  TL_SYSTEM_TIMEOUT: 'away',
  TL_TARGET_UNKNOWN: 'away',
  TL_CONNECTION_CONFIG: 'settings',
};

/** A path that is not there is told by its status, whatever the code; a redirect leads to another address. */
function kindOf({ code, answer }: Fault): TroubleKind {
  const status = answer?.status;
  if (code !== 'TL_AUTH_REFUSED' && (status === 404 || status === 405 || status === 410)) return 'path';
  if (status !== undefined && status >= 300 && status < 400) return 'host';
  return (byCode as Readonly<Record<string, TroubleKind | undefined>>)[code] ?? 'request';
}
