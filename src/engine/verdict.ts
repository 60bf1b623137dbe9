import { type Fault, type FaultCode, toFault } from '../contract/fault.ts';

/** What is done about a fault. The only place where that is decided. */
export type Verdict =
  /** Try the record again later; uses up an attempt. */
  | { readonly do: 'retry'; readonly afterMs?: number }
  /** Try again when the system is ready; no attempt is used up. */
  | { readonly do: 'wait'; readonly ms: number }
  /** Look whether the write happened, then decide; uses up an attempt. */
  | { readonly do: 'find' }
  /** To the errors, for a person. */
  | { readonly do: 'park' }
  /** Nothing of this connection will work until somebody changes something. */
  | { readonly do: 'pause' };

/** A new kind does not compile until it is decided here. */
export function verdictFor(fault: Fault): Verdict {
  switch (fault.kind) {
    case 'transient':
      // The system is away: that is no fault of the record, and its attempts stay.
      if (aboutOf(fault) === 'connection') return { do: 'wait', ms: fault.retryAfterMs ?? 10_000 };
      return { do: 'retry', ...(fault.retryAfterMs !== undefined && { afterMs: fault.retryAfterMs }) };
    case 'throttled':
      return { do: 'wait', ms: fault.retryAfterMs ?? 30_000 };
    case 'unknown':
      return { do: 'find' };
    case 'rejected':
    case 'defect':
      return { do: 'park' };
    case 'config':
      return { do: 'pause' };
  }
}

/**
 * What a fault speaks of. `connection`: nothing else will get through over it either. `unclear`: a system that answers
 * 503 to everything is away; one that does so to one record only cannot digest that.
 */
export function aboutOf(fault: Fault): 'connection' | 'unclear' | 'record' {
  return abouts[fault.code as FaultCode] ?? 'record';
}

const abouts: Partial<Record<FaultCode, 'connection' | 'unclear'>> = {
  TL_SYSTEM_UNREACHABLE: 'connection',
  TL_SYSTEM_THROTTLED: 'connection',
  TL_AUTH_REFUSED: 'connection',
  TL_SYSTEM_UNAVAILABLE: 'unclear',
  TL_SYSTEM_TIMEOUT: 'unclear',
  TL_SYSTEM_BAD_RESPONSE: 'unclear',
  TL_TARGET_UNKNOWN: 'unclear',
  // Whoever may not write at all, or is misconfigured, is told so for each record; so is a single one that is locked.
  TL_AUTH_FORBIDDEN: 'unclear',
  TL_CONNECTION_CONFIG: 'unclear',
  TL_SYSTEM_RESPONSE_TOO_LARGE: 'unclear',
};

/**
 * May what was thrown for many records be about one of them? Whatever a library, the driver or the database refuses is;
 * a system that is away, a configuration that is wrong and a lane that was lost are not.
 */
export function isOfOneRecord(thrown: unknown): boolean {
  return verdictFor(toFault(thrown)).do === 'park';
}

/** Codes of what waits for a connection to come back. */
export const awayCodes: readonly string[] = Object.keys(abouts);
