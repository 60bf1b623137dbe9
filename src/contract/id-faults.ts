import { Fault } from './fault.ts';

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
    `"${cut(key)}" is known there as "${cut(id)}", and the answer to the write says "${cut(told)}"`,
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
    `"${cut(key)}" was given the id "${cut(id)}" there, which "${cut(other)}" has`,
  );
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
