import { Fault } from '../contract/fault.ts';

/** A point in time as an input has it. Throws a Fault TL_ARGUMENT_INVALID for one that no calendar has. */
export function toDate(name: string, text: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  // JSON Schema lets a leap second pass.
  const message = 'must be a time such as 2026-11-29T08:00:00Z';
  throw new Fault('TL_ARGUMENT_INVALID', `${name}: ${message}`, { problems: [{ path: name, message }] });
}
