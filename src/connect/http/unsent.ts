import type { Fault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import { isOverWith } from './status-table.ts';

const unsent = new WeakSet<Fault>();
const doubtful = new WeakSet<Fault>();

/** Remembers that a request failed before its turn came, for want of a token: it has never been sent. */
export function markUnsent(fault: Fault): Fault {
  unsent.add(fault);
  return fault;
}

/** True where the code alone would not tell: a token endpoint that is down answers 503 as any other system does. */
export function isUnsent(fault: Fault): boolean {
  return unsent.has(fault);
}

/** Remembers that an earlier try of the same request may have had its effect, whatever this one says of itself. */
export function markDoubtful(fault: Fault): void {
  doubtful.add(fault);
}

/** Has the system answered a write that failed itself, so that it is no longer at work on it, whatever has become of it? */
export function isOver(fault: Fault): boolean {
  const status = fault.answer?.status;
  if (status === undefined) return false;
  // A 2xx that names what went wrong, as for one record among many; else nobody has understood it.
  return isOverWith(status) || (status < 300 && fault.code !== 'TL_TARGET_UNKNOWN');
}

/** Is it certain of a write that failed so that the system has done nothing about it? A refusal is a matter of its own. */
export function isUnwritten(fault: Fault): boolean {
  // 425: it may be a repetition, so it was not worked on (RFC 8470 section 5.2).
  const isTurnedAway = rowOf(fault.code).write === 'none' || fault.answer?.status === 425;
  return !doubtful.has(fault) && (unsent.has(fault) || isTurnedAway);
}
