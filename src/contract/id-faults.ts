import { Fault } from './fault.ts';
import { quoteName } from './text/record-bounds.ts';

/**
 * An id that is not the one a record is known by: whoever says it speaks of another record. A key that has stood in for
 * an id is none. `undefined`: nothing is wrong with it.
 */
export function contradictedId(
  { key, id }: { readonly key: string; readonly id?: string | undefined },
  told: string | undefined,
): Fault | undefined {
  if (id === undefined || told === undefined || id === key || told === id) return undefined;
  return new Fault(
    'TL_TARGET_ID_UNCLEAR',
    `${quoteName(key)} is known there as ${quoteName(id)}, and the answer to the write says ${quoteName(told)}`,
  );
}

/** Two records that would have one id: one of them would be written over the other from now on. */
export function takenId({
  key,
  id,
  other,
}: {
  readonly key: string;
  readonly id: string;
  readonly other: string;
}): Fault {
  return new Fault(
    'TL_TARGET_ID_TAKEN',
    `${quoteName(key)} was given the id ${quoteName(id)} there, which ${quoteName(other)} has`,
  );
}
