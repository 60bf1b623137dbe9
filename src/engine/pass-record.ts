import { type Fault, toFault } from '../contract/fault.ts';
import type { Stage } from '../contract/outcome.ts';
import type { Reference } from '../store/blocked.ts';
import type { MapBindings, Plan } from '../workspace/plan.ts';
import { mapOrMissing } from './map-or-missing.ts';

/** What a flow makes of one record before the target comes into it, and how far it got. */
export type Passed = Trace & (Through | Left);

/** What the record has been on its way; absent: it did not come so far. */
export interface Trace {
  /** What the flow's expressions see: the entity of `source.as`, or the native record. */
  readonly record?: unknown;
  /** What `set` or `map` made of it. */
  readonly mapped?: unknown;
}

interface Through {
  readonly end: 'through';
  /** The target's native form. */
  readonly payload: unknown;
  /** The number that `guards.maxChange` watches, a decimal text. */
  readonly measure: string | undefined;
}

type Left =
  | { readonly end: 'filtered'; readonly reason?: string }
  | { readonly end: 'blocked'; readonly missing: readonly Reference[] }
  | { readonly end: 'failed'; readonly stage: Stage; readonly fault: Fault };

/**
 * A native record through the flow's own part of the line: convert, filter, map, validate. The engine sends every
 * record through here, and so does everything that only wants to know what would become of one.
 *
 * Throws where references cannot be looked up, as then nothing is known of the record.
 */
export async function passRecord(plan: Plan, native: unknown, bindings: MapBindings): Promise<Passed> {
  const { steps } = plan;
  const trace: { record?: unknown; mapped?: unknown } = {};
  let stage: Stage = 'map';
  try {
    trace.record = await steps.toRecord(native);
    stage = 'filter';
    if (steps.filter && !(await steps.filter(trace.record))) return { ...trace, end: 'filtered' };
    stage = 'map';
    const mapped = await mapOrMissing(plan, trace.record, bindings);
    if ('missing' in mapped) return { ...trace, end: 'blocked', missing: mapped.missing };
    if ('skipped' in mapped) return { ...trace, end: 'filtered', reason: mapped.skipped };
    trace.mapped = mapped.value;
    stage = 'validate';
    return { ...trace, end: 'through', ...(await toPayload(plan, mapped.value)) };
  } catch (thrown) {
    const fault = toFault(thrown);
    if (fault.code === 'TL_STORE_UNAVAILABLE') throw fault;
    return { ...trace, end: 'failed', stage, fault };
  }
}

/** The entity against its schema, then the target's own form of it against the target's. */
async function toPayload({ steps }: Plan, mapped: unknown) {
  steps.validateEntity?.(mapped);
  const payload = await steps.toPayload(mapped);
  steps.validatePayload?.(payload);
  return { payload, measure: await steps.measure?.(mapped) };
}
