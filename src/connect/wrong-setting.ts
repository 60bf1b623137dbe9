import { Fault } from '../contract/fault.ts';
import { atOf, type Declaration } from './declaration.ts';

/** A connection cannot be opened: what its configuration gives for this member of the manifest does not do. */
export function wrongSetting(declared: Declaration | undefined, message: string): Fault {
  const at = declared && atOf(declared);
  return new Fault('TL_CONNECTION_CONFIG', message, at === undefined ? {} : { at });
}
