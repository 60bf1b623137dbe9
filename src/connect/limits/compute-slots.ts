import type { SlotOwner, SlotsSeen } from '../../contract/shared-limits.ts';

export interface SlotNeeds {
  /** How many slots there are in all. */
  readonly concurrency: number;
  /** How many we would use, those in use included. */
  readonly needed: number;
  /** We have had slots for long enough to give the last of them to somebody who has none. */
  readonly isTurnOver: boolean;
}

export interface SlotShare {
  readonly take: readonly number[];
  /** How many are nobody's, those to take included. */
  readonly free: number;
  /** How many to have at most from now on, apart from what is taken. */
  readonly keep: number;
}

/**
 * Alone, a process takes all slots. While others wait, nobody takes more than its share before they have had theirs,
 * whoever has more than that comes down to it, and where there are more processes than slots, those who have one give
 * it on in turn.
 */
export function computeSlots(needs: SlotNeeds, seen: SlotsSeen): SlotShare {
  const own = seen.own.length;
  const free = freeSlots(needs.concurrency, seen);
  const waiting = seen.others.filter(({ waits }) => waits !== undefined);
  const most = (): number => {
    if (needs.needed <= own) return 0;
    if (seen.others.length === 0) return free.length;
    const missing = Math.min(needs.needed, needs.concurrency) - own;
    if (waiting.length === 0) return missing;
    const left = free.length - waiting.filter((other) => isAhead(other, own)).length;
    return Math.min(missing, left, Math.max(1, shareOf(needs, seen) - own));
  };
  return {
    take: free.slice(0, Math.max(0, most())),
    free: free.length,
    keep: computeKeep(needs, seen, waiting, free.length),
  };
}

function computeKeep(needs: SlotNeeds, seen: SlotsSeen, waiting: readonly SlotOwner[], free: number): number {
  const own = seen.own.length;
  const least = Math.min(...waiting.map(({ slots }) => slots.length));
  if (own > least + 1) return Math.max(shareOf(needs, seen), least + 1);
  const without = waiting.filter(({ slots }) => slots.length === 0).length;
  return own === 1 && without > free && needs.isTurnOver ? 0 : own;
}

/** Of those who wait, the ones with fewer slots go first, then the ones who have waited longer. */
function isAhead({ slots, waits }: SlotOwner, own: number): boolean {
  return slots.length < own || (slots.length === own && waits === 'before us');
}

function shareOf({ concurrency }: SlotNeeds, { others }: SlotsSeen): number {
  return Math.max(1, Math.floor(concurrency / (others.length + 1)));
}

function freeSlots(concurrency: number, { own, others }: SlotsSeen): readonly number[] {
  const taken = new Set([...own, ...others.flatMap(({ slots }) => slots)]);
  return Array.from({ length: concurrency }, (_, index) => index + 1).filter((slot) => !taken.has(slot));
}
