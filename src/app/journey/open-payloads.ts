import { readJson } from '../../contract/exact-json/read-json.ts';
import { fingerprintOf } from '../../engine/line/decide/compare-payload.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { type PassResult, passRecord } from '../../engine/line/pass-record.ts';
import { createXrefLookup } from '../../engine/line/xref-lookup.ts';
import type { KeptStep } from '../../store/history/find-steps.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { PinnedPlan } from './pinned-plans.ts';
import type { StepPayloads } from './step-payloads.ts';

/** What a record was at a step, with all that is in it: never shown, unless somebody asks for values. */
export interface OpenPayloads {
  readonly kept: KeptStep;
  readonly pinned: PinnedPlan | undefined;
  readonly passed: PassResult | undefined;
  readonly payload: unknown;
  readonly proof?: StepPayloads['proof'];
  readonly note?: string;
}

/** Works out what the flow of then makes of a record, and whether that is what was sent. */
export async function openPayloads(
  db: Database,
  kept: KeptStep,
  found: PinnedPlan | { readonly why: string },
): Promise<OpenPayloads> {
  if (kept.end.stage === 'read') {
    return { kept, pinned: undefined, passed: undefined, payload: undefined, note: 'it could not be read' };
  }
  if ('why' in found) {
    const own =
      kept.sent === undefined ? { payload: undefined } : { payload: kept.sent, proof: 'kept' as const };
    return { kept, pinned: undefined, passed: undefined, note: found.why, ...own };
  }
  const { plan } = found;
  const scope = xrefScopeOf(plan);
  const xref = createXrefLookup((entity, ids) => loadXrefs(db, { ...scope, entity }, ids));
  const passed = await passRecord(plan, kept.record.native, { xref });
  return { kept, pinned: found, passed, ...proofOf(kept, passed) };
}

function proofOf(
  { sent, end, record }: KeptStep,
  passed: PassResult,
): Pick<OpenPayloads, 'payload' | 'proof' | 'note'> {
  if (sent !== undefined) return { payload: sent, proof: 'kept' };
  // A replay from the stage that failed: what the flow would make of the record is not asked.
  if (record.made !== undefined) return { payload: readJson(record.made.text).value, proof: 'kept' };
  if (passed.end !== 'through') {
    if (end.outcome !== 'delivered') return { payload: undefined };
    return {
      payload: undefined,
      proof: 'differs',
      note: `worked out again, it would not get through: ${endOf(passed)}`,
    };
  }
  const { payload, text } = passed;
  if (end.fingerprint === undefined) return { payload, proof: 'computed' };
  if (fingerprintOf(text).startsWith(end.fingerprint)) return { payload, proof: 'proved' };
  return {
    payload,
    proof: 'differs',
    note: 'this is not what was sent: ids that it refers to, or settings in the environment, have changed since',
  };
}

function endOf(passed: Exclude<PassResult, { readonly end: 'through' }>): string {
  if (passed.end === 'failed') return passed.fault.code;
  if (passed.end === 'filtered') return 'filtered';
  return `${passed.missing.map(({ entity, key }) => `${entity} ${key}`).join(', ')} is not known`;
}
