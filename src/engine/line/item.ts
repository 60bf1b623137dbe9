import type { Fault } from '../../contract/fault.ts';
import type { LineStep, Outcome } from '../../contract/outcome.ts';
import type { TargetDeed } from '../../store/history/block.ts';
import type { MadePayload, StagedRecord } from '../../store/line/batches.ts';
import type { Reference } from '../../store/waiting/blocked.ts';

/** One record on its way along the line. */
export interface Item {
  readonly record: StagedRecord;
  readonly runId: number;
  /** Attempts that have failed so far. */
  readonly attempts: number;
  /** Set when the record has been held. */
  readonly heldId?: number;
  /** How long it has been held by now. */
  readonly heldForMs?: number;
  /** It counts as blocked: it has waited for references. */
  readonly isBlocked?: true;
  /** What the record has to do with decisions that people made about it. */
  readonly decided?: ItemDecisions;
}

export interface ItemDecisions {
  /** Decisions about other versions, which do not stand any more. */
  readonly overrides: readonly number[];
  /** Decisions that had been overridden, and stand again: the source shows their version once more. */
  readonly stands: readonly number[];
  /** Who patched the record that is delivered in place of the source's, and when. */
  readonly patch?: string;
}

/** An item with what the line has made of it so far. */
export interface MappedItem {
  readonly item: Item;
  readonly payload: unknown;
  /** The payload as JSON, made once: the fingerprint is of it, and it is what can be sent. */
  readonly text: string;
  /** 16 bytes of the SHA-256 of `text`, hexadecimal. */
  readonly fingerprint: string;
  /** The number that `guards.maxChange` watches, a decimal text. */
  readonly measure?: string;
  /** What became of members that the target was given before and that this record does not have. */
  readonly absence?: Absence;
}

export interface Absence {
  /** The members that the target then has of us; absent: they are not watched. */
  readonly set?: string;
  /** The id that the set is kept under, once it is. */
  readonly members?: number;
  /** Vanished: the topmost of what is not there any more, `address.street`. */
  readonly paths: readonly string[];
  /** What becomes of them; `unwatched`: nobody will know should more of them vanish. */
  readonly fate: 'kept' | 'cleared';
  readonly isUnwatched: boolean;
}

/** What was given to the target, or tried to. */
interface Given {
  /** The payload as JSON, where the flow keeps what was sent. */
  readonly sent?: string;
}

/** What is known of what did not get through. */
interface Undone extends Given {
  /** What was tried; absent: the target was given nothing. */
  readonly tried?: TargetDeed;
  /** The target has what it had before: it has refused this, or was never given it. */
  readonly isUnwritten?: true;
  /** Of a create: it is certain that nothing has come of it, nor of an earlier attempt, so there is nothing to look for. */
  readonly isUndone?: true;
  /** Of a create that nobody knows the end of: how long, from now on, the target may be at work on it, in milliseconds. */
  readonly doubtMs?: number;
}

/** How it ended for an item, this time. */
export type ItemEnd =
  | {
      readonly item: Item;
      readonly outcome: Exclude<Outcome, 'failed' | 'delivered' | 'blocked'>;
      readonly reason?: string;
      /** It ended by what a person has decided about it. */
      readonly stands?: true;
    }
  | ({
      readonly item: Item;
      readonly outcome: 'delivered';
      readonly did: TargetDeed;
      readonly fingerprint: string;
      readonly measure?: string;
      readonly absence?: Absence;
      /** What the target knows it by, or knew what was deleted. */
      readonly targetId?: string;
      /** The target has said that id only now. */
      readonly isNewId?: boolean;
      /** Nothing was known of its key before, as far as could be seen. */
      readonly isFirst?: true;
    } & Given)
  | ({
      readonly item: Item;
      readonly outcome: 'failed';
      readonly stage: LineStep;
      readonly fault: Fault;
      /** What the target would not take. */
      readonly made?: MadePayload;
    } & Undone)
  /** Waits until the target knows what it refers to. Counts as blocked, and goes by itself when that is known. */
  | { readonly item: Item; readonly outcome: 'blocked'; readonly missing: readonly Reference[] }
  /** Waits for another attempt. `countsAs`: 1 if this one used up an attempt, else 0. */
  | ({
      readonly item: Item;
      readonly outcome: 'held';
      readonly waitMs: number;
      readonly countsAs: 0 | 1;
      readonly fault: Fault;
    } & Undone)
  /** Waits behind an earlier record of its key. */
  | { readonly item: Item; readonly outcome: 'queued' }
  /** Takes the place of the record of its key that waits. */
  | {
      readonly item: Item;
      readonly outcome: 'replaces';
      readonly waiting: { readonly id: number; readonly runId: number };
    };

/** What did not get through this time. */
export type NotThrough = Extract<ItemEnd, { readonly fault: Fault }>;

type Final = Exclude<ItemEnd, { outcome: 'blocked' | 'held' | 'queued' | 'replaces' }>;

/** Did the record come to its end, or is it still to be seen to? */
export function isFinal(end: ItemEnd): end is Final {
  return !isOpen.has(end.outcome);
}

const isOpen: ReadonlySet<ItemEnd['outcome']> = new Set(['blocked', 'held', 'queued', 'replaces'] as const);
