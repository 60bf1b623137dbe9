import { Fault } from '../contract/fault.ts';
import { atOf, type Declared } from './declared.ts';

/** A connection cannot be opened: what its configuration gives for this member of the manifest does not do. */
export function wrongSetting(declared: Declared | undefined, message: string): Fault {
  const at = declared && atOf(declared);
  return new Fault('TL_CONNECTION_CONFIG', message, at === undefined ? {} : { at });
}
