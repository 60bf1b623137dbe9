import type { Fault } from '../../contract/fault.ts';

const unsent = new WeakSet<Fault>();
const doubtful = new WeakSet<Fault>();

/** With these a system has turned a request away before it worked on it, or was never reached. */
const turnedAway = new Set<string>([
  'TL_SYSTEM_UNREACHABLE',
  'TL_SYSTEM_THROTTLED',
  'TL_AUTH_REFUSED',
  'TL_AUTH_FORBIDDEN',
]);

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

/** Is it certain of a write that failed so that the system has done nothing about it? A refusal is a matter of its own. */
export function isUnwritten(fault: Fault): boolean {
  return !doubtful.has(fault) && (unsent.has(fault) || turnedAway.has(fault.code));
}
