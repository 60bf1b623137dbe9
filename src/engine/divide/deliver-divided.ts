import { toFault } from '../../contract/fault.ts';
import type { Item, ItemEnd } from '../line/item.ts';
import type { Line } from '../line/open-line.ts';
import { isOfOneRecord } from '../verdict.ts';
import { holdAll } from '../waiting/hold-or-fail.ts';

/**
 * What stops a batch although no system is away is about one of its records: the batch is halved until that one is
 * alone, and it ends as failed while the others go on. No key occurs twice among the items, so that no half has to wait
 * for the other.
 */
export async function deliverDivided(
  line: Line,
  items: readonly Item[],
  deliver: (items: readonly Item[]) => Promise<readonly ItemEnd[]>,
): Promise<readonly ItemEnd[]> {
  try {
    return await deliver(items);
  } catch (thrown) {
    if (line.signal.aborted || !isOfOneRecord(thrown)) throw thrown;
    const [only, ...others] = items;
    if (only && others.length === 0) return [failWith(line, only, thrown)];
  }
  const ended: ItemEnd[] = [];
  for (const half of halvesOf(items)) {
    const ends = await deliverDivided(line, half, deliver).catch((thrown: unknown) => {
      // What has come to its end already must not be forgotten because the target went away since.
      if (ended.length === 0 || line.signal.aborted) throw thrown;
      return holdAll(line, half, thrown);
    });
    ended.push(...ends);
  }
  return ended;
}

export function halvesOf<Each>(all: readonly Each[]): readonly (readonly Each[])[] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}

function failWith({ engine, plan }: Line, item: Item, thrown: unknown): ItemEnd {
  const fault = toFault(thrown);
  if (fault.kind === 'defect') engine.log.defect({ flow: plan.flow, stage: 'write' }, fault);
  return { item, outcome: 'failed', stage: 'write', fault };
}
