import type { WriteResult } from '../../../contract/connector.ts';
import { Fault } from '../../../contract/fault.ts';
import { rowOf } from '../../../contract/fault-table.ts';
import type { TargetPlan } from '../../../workspace/compile/plan.ts';
import { aboutOf } from '../../verdict.ts';
import { type Doubt, nextLookMs } from '../decide/decide-create.ts';
import type { Item, NotThrough } from '../item.ts';
import type { Line } from '../open-line.ts';

type Failed = Extract<WriteResult, { ok: false }>;

/**
 * How long the target may be at work on a create that was given up. 0 where waiting protects from nothing: a create that
 * may be sent twice makes one record, and where nothing can be looked up, nobody knows more afterwards.
 */
export async function settleMsOf({ resource, settleMs }: TargetPlan): Promise<number> {
  return resource.find === undefined || resource.isCreateRepeatable ? 0 : await settleMs();
}

/** May the system still be at work on a create that ended like this? */
export function mayStillHappen({ fault, isUnwritten, isOver }: Failed): boolean {
  if (isUnwritten || isOver || aboutOf(fault) === 'connection') return false;
  return fault.kind !== 'config' && !isRefusal(fault);
}

/** Proves that nothing was made. An answer without the id that it should have, or with that of another record, is an error at once, and proves nothing. */
export function isRefusal({ code }: Fault): boolean {
  return rowOf(code).write === 'refused';
}

/** A create that was given up: looked for at growing intervals. The attempt counts, but never ends the record here. */
export function holdGivenUp(
  line: Line,
  item: Item,
  { fault, settleMs }: { readonly fault: Fault; readonly settleMs: number },
): NotThrough {
  const doubt = { forMs: 0, leftMs: settleMs };
  return { ...holdUntilLook(line, item, doubt, fault), countsAs: 1, doubtMs: settleMs };
}

/** It was looked for, and is not there yet. `doubt` absent: nobody had written down that it was given up. */
export function holdInDoubt(
  line: Line,
  item: Item,
  { doubt, settleMs }: { readonly doubt: Doubt | undefined; readonly settleMs: number },
): NotThrough {
  const { connection } = line.plan.target;
  const fault = new Fault('TL_TARGET_UNKNOWN', `${connection} does not have it yet`);
  if (doubt) return holdUntilLook(line, item, doubt, fault);
  return { ...holdUntilLook(line, item, { forMs: 0, leftMs: settleMs }, fault), doubtMs: settleMs };
}

type Waiting = Extract<NotThrough, { outcome: 'held' }>;

function holdUntilLook(line: Line, item: Item, doubt: Doubt, fault: Fault): Waiting {
  const waitMs = nextLookMs(doubt);
  return { item, outcome: 'held', waitMs, countsAs: 0, fault: tellDoubt(line, fault, doubt.leftMs) };
}

function tellDoubt({ engine, plan }: Line, fault: Fault, leftMs: number): Fault {
  const until = new Date(engine.clock.now() + leftMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const { at, answer } = fault;
  return new Fault(
    fault.code,
    `${fault.message}; in doubt until ${until}: ${plan.target.connection} may still be at work on it`,
    { cause: fault, ...(at !== undefined && { at }), ...(answer !== undefined && { answer }) },
  );
}
