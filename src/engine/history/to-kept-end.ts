import type { Fault } from '../../contract/fault.ts';
import type { KeptEnd, KeptFault } from '../../store/history/block.ts';
import { printDigits } from '../../store/history/pack-ends.ts';
import type { ItemEnd } from '../line/item.ts';

/** How it ended for an item, as it is kept. @param isAgain - it failed as it had before. */
export function toKeptEnd(end: ItemEnd, again: ReadonlySet<ItemEnd>): KeptEnd {
  const { item } = end;
  const patch = item.decided?.patch;
  return {
    ...ownOf(end),
    ...(item.attempts > 0 && { attempt: item.attempts + 1 }),
    ...(patch !== undefined && { patch }),
    ...(again.has(end) && { isAgain: true }),
  };
}

function ownOf(end: ItemEnd): KeptEnd {
  switch (end.outcome) {
    case 'delivered': {
      const { outcome, did, fingerprint, targetId } = end;
      const print = fingerprint.slice(0, printDigits);
      return { outcome, did, fingerprint: print, ...(targetId !== undefined && { targetId }) };
    }
    case 'failed': {
      const { outcome, stage, fault, tried } = end;
      return { outcome, stage, ...(tried && { did: tried }), fault: toKeptFault(fault) };
    }
    case 'held': {
      const { outcome, waitMs, fault, tried } = end;
      return { outcome, waitMs, ...(tried && { did: tried }), fault: toKeptFault(fault) };
    }
    case 'blocked':
      return { outcome: end.outcome, missing: end.missing };
    case 'queued':
    case 'replaces':
      return { outcome: end.outcome };
    case 'unchanged':
    case 'filtered':
    case 'superseded':
      return { outcome: end.outcome, ...(end.reason !== undefined && { reason: end.reason }) };
  }
}

function toKeptFault({ code, message, at, answer, about }: Fault): KeptFault {
  return {
    code,
    message,
    ...(at !== undefined && { at }),
    ...(answer !== undefined && { answer }),
    ...(about && { about }),
  };
}
