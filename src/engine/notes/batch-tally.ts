import { toFault } from '../../contract/fault.ts';
import { formOf } from '../../contract/text/form-of.ts';
import { addBatchNotes, type BatchNotes } from '../../store/runs/run-notes.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
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
    // What has been held was counted when it came first.
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

/** Runs that are remembered to have no silent leaf left: enough for all that are under way. */
const remembered = 1_000;

export interface TalliedBatch {
  readonly engine: Pick<Engine, 'db' | 'log' | 'outspoken'>;
  readonly plan: Pick<Plan, 'flow'>;
  readonly tally: BatchTally;
}

/**
 * Keeps what was noticed of a batch with its runs. Once every leaf of a mapping has given something there is nothing
 * more to count, so most batches cost nothing here. It never fails: what is reported of a run holds nothing up.
 */
export async function noteBatch({ engine, plan, tally }: TalliedBatch): Promise<void> {
  for (const [runId, batch] of tally.all()) {
    if (batch.unordered === 0 && (batch.mapped === 0 || engine.outspoken.has(runId))) continue;
    try {
      const silent = await addBatchNotes(engine.db, runId, batch);
      if (silent.length > 0) continue;
      if (engine.outspoken.size >= remembered) engine.outspoken.clear();
      engine.outspoken.add(runId);
    } catch (thrown) {
      engine.log.notesLost({ flow: plan.flow, runId }, toFault(thrown));
    }
  }
}
