import type { Found } from '../../../contract/connector.ts';
import type { Fault } from '../../../contract/fault.ts';
import type { Delivery } from '../../../store/line/deliveries.ts';
import type { Xref } from '../../../store/line/xrefs.ts';
import type { MemberSets } from '../../absent/member-sets.ts';
import type { Item, MappedItem } from '../item.ts';
import type { LeftOut, PassResult } from '../pass-record.ts';
import { fingerprintOf } from './compare-payload.ts';
import type { Doubt } from './decide-create.ts';

/** What the flow has made of an item: something to give the target, or a reason to give it nothing. */
export type MadeRecord = MappedItem | { readonly item: Item; readonly left: LeftOut };

export function isMapped(made: MadeRecord): made is MappedItem {
  return !('left' in made);
}

export function toMade(item: Item, passed: PassResult): MadeRecord {
  if (passed.end !== 'through') return { item, left: passed };
  const { payload, text, measure } = passed;
  return { item, payload, text, fingerprint: fingerprintOf(text), ...(measure !== undefined && { measure }) };
}

/** What has to be known of records to decide about them. */
export interface Knowledge {
  /** What the target was last given for a key: just now and not recorded yet, and before. */
  readonly earlier: ReadonlyMap<string, Delivery>;
  readonly recorded: ReadonlyMap<string, Delivery>;
  /** Which id a key has at the target, or that a create of it is reserved. Read before the target is asked. */
  readonly xrefs: ReadonlyMap<string, Xref>;
  /** How long the target may be at work on a create that was given up; 0 where none is open. */
  readonly settleMs: number;
  /** What the target has said of those that it was asked for. */
  readonly answers: Answers;
  /** Which other keys have the ids that it said. */
  readonly owners: readonly Owner[];
  /** Members that records had as they were delivered. */
  readonly members: Pick<MemberSets, 'setOf' | 'set'>;
}

/** What the target has of a record; `undefined`: nothing; a Fault where it could not say so for that one alone. */
export type Answers = ReadonlyMap<Item, Found | Fault | undefined>;

export interface Owner {
  readonly key: string;
  readonly targetId: string;
}

/** What is done about one record. Those that name a `record` may be written; the others end without the target. */
export type Effect =
  /** The flow gives the target nothing: it is filtered, blocked, or failed. */
  | { readonly do: 'leave'; readonly item: Item; readonly left: LeftOut }
  /** The target has this, or something newer, or has been made this once and for all (`isCreated`). */
  | {
      readonly do: 'skip';
      readonly item: Item;
      readonly outcome: 'unchanged' | 'superseded';
      readonly isCreated?: true;
    }
  | ForTarget;

/** What is done about a record at the target. */
export type ForTarget =
  /** The target is asked for it, and then it is decided anew. */
  | { readonly do: 'ask'; readonly record: MappedItem }
  | {
      readonly do: (typeof writes)[number];
      readonly record: MappedItem;
      readonly id?: string;
      readonly etag?: string;
    }
  | ({
      readonly do: 'update';
      readonly record: MappedItem;
      readonly id: string;
      readonly etag?: string;
    } & Looked)
  /** An earlier attempt did create it, and only its reply was lost. */
  | ({ readonly do: 'confirm'; readonly record: MappedItem; readonly id: string } & Looked)
  /** Already as it should be. */
  | { readonly do: 'nothing'; readonly record: MappedItem }
  /** Not there, but the target may still be at work on an earlier attempt. `doubt` absent: it begins with this. */
  | {
      readonly do: 'wait';
      readonly record: MappedItem;
      readonly doubt: Doubt | undefined;
      readonly settleMs: number;
    }
  /** Not there, nobody is at work on it any more, and its attempts are used up; or nobody can know whether it is there. */
  | { readonly do: 'giveUp'; readonly record: MappedItem; readonly fault: Fault }
  /** What would have to be sent for it does not fit; the target is not asked. */
  | { readonly do: 'refuse'; readonly record: MappedItem; readonly fault: Fault }
  /** It could not be looked up, although the target answers for other keys. */
  | { readonly do: 'fail'; readonly record: MappedItem; readonly fault: Fault };

/** In the order in which they are sent. */
export const writes = ['update', 'upsert', 'delete', 'create'] as const;

/** The id was not known before, and comes from the target's answer. */
interface Looked {
  readonly isFound: boolean;
}

export function isForTarget(effect: Effect): effect is ForTarget {
  return effect.do !== 'leave' && effect.do !== 'skip';
}

/** What the target was last given for a key. */
export function lastDelivery({ earlier, recorded }: Pick<Knowledge, 'earlier' | 'recorded'>, key: string) {
  return earlier.get(key) ?? recorded.get(key);
}

export function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
