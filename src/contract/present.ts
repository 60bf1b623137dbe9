import { Fault } from './fault.ts';

/**
 * A value that is there whenever the code is right: an index below the length, an entry that was just put in, the row
 * of a statement that always returns one. Throws a Fault TL_DEFECT that names `what` is missing.
 */
export function present<Value>(value: Value | undefined | null, what: string): Value {
  if (value !== undefined && value !== null) return value;
  throw new Fault('TL_DEFECT', `${what} is missing, which cannot be`);
}
