import type { Fault } from '../../contract/fault.ts';

const unsent = new WeakSet<Fault>();

/** Remembers that a request failed before its turn came, for want of a token: it has never been sent. */
export function markUnsent(fault: Fault): Fault {
  unsent.add(fault);
  return fault;
}

/** True where the code alone would not tell: a token endpoint that is down answers 503 as any other system does. */
export function isUnsent(fault: Fault): boolean {
  return unsent.has(fault);
}
