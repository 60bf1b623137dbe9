import { formOf } from '../../contract/text/form-of.ts';
import type { BatchNotes } from '../../store/runs/run-notes.ts';
import type { Item } from '../line/item.ts';

/** Gathers what is reported of a batch beside how its records ended. A record that is worked twice counts once. */
export interface BatchTally {
  /** `silent`: leaves of the mapping that gave nothing for this record. */
  seeMapped(item: Item, silent: readonly string[]): void;
  /** Nobody can tell whether its version is newer than the one that was delivered before. */
  seeUnordered(item: Item): void;
  /** By run. */
  all(): ReadonlyMap<number, BatchNotes>;
}

export function createBatchTally(): BatchTally {
  const mapped = new Map<Item, readonly string[]>();
  const unordered = new Set<Item>();
  return {
    seeMapped: (item, silent) => void mapped.set(item, silent),
    seeUnordered: (item) => void unordered.add(item),
    all() {
      const items = new Set([...mapped.keys(), ...unordered]);
      const byRun = Map.groupBy(items, ({ runId }) => runId);
      return new Map([...byRun].map(([runId, ofRun]) => [runId, toNotes(ofRun, mapped, unordered)]));
    },
  };
}

function toNotes(
  items: readonly Item[],
  mapped: ReadonlyMap<Item, readonly string[]>,
  unordered: ReadonlySet<Item>,
): BatchNotes {
  const some = items.filter((item) => unordered.has(item));
  const version = some[0]?.record.version;
  const lists = items.flatMap((item) => [mapped.get(item) ?? []]);
  return {
    // What comes off the hold was counted when it came first.
    mapped: items.filter((item) => mapped.has(item) && isFirst(item)).length,
    silent: intersectionOf(lists),
    unordered: some.length,
    form: version === undefined ? undefined : formOf(version),
  };
}

function isFirst({ heldId, record }: Item): boolean {
  return heldId === undefined && record.errorId === undefined;
}

/** What is in all of the lists. */
export function intersectionOf(lists: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = lists;
  return others.reduce((common, list) => common.filter((name) => list.includes(name)), first);
}
