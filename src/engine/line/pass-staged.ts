import { toExactNumber } from '../../contract/exact-json/json-number.ts';
import type { Soon } from '../../contract/soon.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { MapBindings, Plan } from '../../workspace/compile/plan.ts';
import { type PassResult, passRecord } from './pass-record.ts';

/** As `passRecord`, of a record that may have been made into its payload before: then it is just that. */
export function passStaged(
  plan: Plan,
  { native, made }: StagedRecord,
  bindings: MapBindings,
): Soon<PassResult> {
  if (made === undefined) return passRecord(plan, native, bindings);
  const { text, measure } = made;
  return { end: 'through', payload: parsePayload(text), text, measure, drift: [] };
}

/** A payload that we wrote, with all digits of its numbers. */
export function parsePayload(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
      ? toExactNumber(context.source)
      : value,
  );
}
