import type { Soon } from '../../contract/soon.ts';
import { mark, nextTurn, startTurn, turnIsOver } from '../../mapping/bounds/turns.ts';
import type { Item } from './item.ts';
import { type Line, xrefLookupOf } from './open-line.ts';
import type { PassResult } from './pass-record.ts';
import { passStaged } from './pass-staged.ts';

/**
 * What the flow makes of each item. One is passed after the other; those that wait for something wait side by side.
 * Every few milliseconds the rest of the process has its turn.
 *
 * Throws where references cannot be looked up, as `passRecord` does.
 */
export async function passAll(
  line: Pick<Line, 'engine' | 'plan' | 'scope'>,
  items: readonly Item[],
): Promise<readonly PassResult[]> {
  const bindings = { xref: xrefLookupOf(line) };
  const passed: Soon<PassResult>[] = [];
  let waits = false;
  startTurn();
  for (const { record } of items) {
    const result = passStaged(line.plan, record, bindings);
    if (result instanceof Promise) {
      waits = true;
      // What fails while others are mapped is met below.
      result.catch(() => {});
    }
    passed.push(result);
    mark();
    if (turnIsOver()) await nextTurn();
  }
  return waits ? await Promise.all(passed) : (passed as PassResult[]);
}
