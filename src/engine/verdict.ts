import { type Fault, toFault } from '../contract/fault.ts';
import { type About, codesWhere, rowOf } from '../contract/fault-table.ts';

/** What is done about a fault, by its row in the table. */
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
      if (!rowOf(fault.code).usesAttempt) return { do: 'wait', ms: fault.retryAfterMs ?? 10_000 };
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

export function aboutOf({ code }: Fault): About {
  return rowOf(code).about;
}

/**
 * May what was thrown for many records be about one of them? Whatever a library, the driver or the database refuses is;
 * a system that is away, a configuration that is wrong and a lane that was lost are not.
 */
export function isOfOneRecord(thrown: unknown): boolean {
  return verdictFor(toFault(thrown)).do === 'park';
}

/** Codes of what waits for a connection to come back. */
export const awayCodes = codesWhere(({ about }) => about !== 'record');

/** Codes of what a system has asked to be given time for. */
export const patientCodes = codesWhere(({ mayBeHurried }) => !mayBeHurried);
