import { toFault } from '../../contract/fault.ts';
import { createMasks, type Masks } from '../../schema/masks.ts';
import { type Redaction, redact, topPlace } from '../../schema/redact.ts';
import type { WalkedSchema } from '../../schema/walk-schema.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { privateTextsOf } from '../forecast/cover-differences.ts';
import { identifyRecord } from '../line/identify-record.ts';
import { type PassResult, passRecord } from '../line/pass-record.ts';
import type { XrefLookup } from '../line/xref-lookup.ts';

/** A real record made into what a test of its flow needs, without what is private of it. */
export interface RecordedCase {
  /** As the source gives it, redacted. */
  readonly record: unknown;
  /** Key of the redacted record; absent where it has none any more. */
  readonly key: string | undefined;
  /** Entity → id at the source → id at the target: the answers that the mapping got. */
  readonly xref: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly masked: Redaction['masked'];
  readonly byName: Redaction['byName'];
  /** No schema says what of the record is private. */
  readonly isBlind: boolean;
  /** What becomes of the record as it is, and of the redacted one. */
  readonly real: PassResult;
  readonly redacted: PassResult;
}

export interface CaseTools {
  readonly plan: Plan;
  /** The flow as its tests have it: without the environment. */
  readonly testPlan: Plan;
  readonly xref: XrefLookup;
  /** The schema of a canonical entity, which says what of it is private. */
  readonly entity: (name: string) => WalkedSchema | undefined;
}

/** Redacts a native record, and sees what the flow makes of it before and after. */
export async function recordCase(
  { plan, testPlan, xref, entity }: CaseTools,
  native: unknown,
): Promise<RecordedCase> {
  const asked: Asked[] = [];
  const noting: XrefLookup = async (name, id) => {
    const answer = await xref(name, id);
    asked.push({ entity: name, id, answer });
    return answer;
  };
  const real = await passRecord(plan, native, { xref: noting });
  const privacy = privateTextsOf(plan, real, entity);
  const masks = createMasks();
  const { schema } = plan.source.resource;
  const {
    value: record,
    masked,
    byName,
  } = redact(native, privacy, { at: topPlace(schema && { schema }), masks });
  const recalled = recall(asked, masks);
  const { key, passed: redacted } = await passTest(testPlan, record, recalled.lookup);
  return { record, key, xref: recalled.given, masked, byName, isBlind: privacy.isBlind, real, redacted };
}

/** As a test of the flow would send it: one without a key does not even come to the flow. */
async function passTest(
  plan: Plan,
  record: unknown,
  xref: XrefLookup,
): Promise<{ readonly key: string | undefined; readonly passed: PassResult }> {
  try {
    const { key } = await identifyRecord(plan, record, Number.POSITIVE_INFINITY);
    return { key, passed: await passRecord(plan, record, { xref }) };
  } catch (thrown) {
    return { key: undefined, passed: { end: 'failed', stage: 'read', fault: toFault(thrown), drift: [] } };
  }
}

/** Does the redacted record end as the real one does? */
export function endsAlike({ real, redacted }: Pick<RecordedCase, 'real' | 'redacted'>): boolean {
  if (real.end === 'failed' && redacted.end === 'failed') return real.fault.code === redacted.fault.code;
  return real.end === redacted.end;
}

interface Asked {
  readonly entity: string;
  readonly id: string;
  readonly answer: string | undefined;
}

/**
 * Gives the answers again that the real record got. What the redacted one asks for may be called otherwise: an id that
 * is an e-mail address is masked. Then it is the same question, if it comes in the same place among those for its entity.
 */
function recall(asked: readonly Asked[], masks: Masks) {
  const given: Record<string, Record<string, string>> = {};
  const places = new Map<string, string[]>();
  const answerTo = (entity: string, id: string): string | undefined => {
    const ofEntity = asked.filter((one) => one.entity === entity);
    const same = ofEntity.find((one) => one.id === id || masks.known(one.id) === id);
    if (same) return same.answer;
    const ids = [...new Set(ofEntity.map((one) => one.id))];
    const seen = places.get(entity) ?? [];
    places.set(entity, seen);
    if (!seen.includes(id)) seen.push(id);
    return ofEntity.find((one) => one.id === ids[seen.indexOf(id)])?.answer;
  };
  const lookup: XrefLookup = async (entity, id) => {
    const answer = answerTo(entity, id);
    if (answer !== undefined) given[entity] = { ...given[entity], [id]: answer };
    return answer;
  };
  return { lookup, given };
}
