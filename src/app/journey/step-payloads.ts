import { readJson } from '../../contract/exact-json/read-json.ts';
import { coverDifferences, coverPayload, privateTextsOf } from '../../engine/forecast/cover-differences.ts';
import { findDifferences } from '../../engine/forecast/differences.ts';
import { fingerprintOf } from '../../engine/line/decide/compare-payload.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { type PassResult, passRecord } from '../../engine/line/pass-record.ts';
import { createXrefLookup } from '../../engine/line/xref-lookup.ts';
import type { WalkedSchema } from '../../schema/walk-schema.ts';
import type { KeptStep } from '../../store/history/find-steps.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { PinnedPlan } from './pinned-plans.ts';

/** A value before and after; absent: nothing. */
export interface ShownDifference {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What a record was at one step. What could not be made of it is absent. */
export interface StepPayloads {
  /** As it was read, or as it had been patched. */
  readonly native: unknown;
  /** What the flow's expressions saw, where that is another form. */
  readonly record?: unknown;
  /** What the flow made of it, where the target has another form. */
  readonly mapped?: unknown;
  /** What the target was given. */
  readonly payload?: unknown;
  /**
   * How sure that is. `kept`: it was kept as it was sent. `proved`: worked out again, and it has the fingerprint of what
   * was sent. `differs`: it has another one. `computed`: nothing was sent that it could be compared with.
   */
  readonly proof?: 'kept' | 'proved' | 'differs' | 'computed';
  /** Why there is no payload, or why it may not be what was sent. */
  readonly note?: string;
  /** Against the step before; absent: there is none. */
  readonly changes?: {
    readonly native: readonly ShownDifference[];
    /** Absent where one of the two has no payload. */
    readonly payload?: readonly ShownDifference[];
  };
}

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

/** As it may be shown: without private values, and with what changed since the step before. */
export function coverPayloads(
  opened: OpenPayloads,
  before: OpenPayloads | undefined,
  cover: Cover,
): StepPayloads {
  const { kept, passed, payload, proof, note } = opened;
  const { source, target } = opened.pinned?.plan ?? {};
  const isCompared = before?.payload !== undefined && payload !== undefined;
  const changes = before && {
    native: cover.changes(opened, kept.record.native, before.kept.record.native, source?.resource.schema),
    ...(isCompared && {
      payload: cover.changes(opened, payload, before.payload, target?.resource.schema),
    }),
  };
  return {
    native: cover.value(opened, kept.record.native, source?.resource.schema),
    ...(source?.entity !== undefined &&
      passed?.record !== undefined && { record: cover.value(opened, passed.record, undefined) }),
    ...(target?.entity !== undefined &&
      passed?.mapped !== undefined && { mapped: cover.value(opened, passed.mapped, undefined) }),
    ...(payload !== undefined && { payload: cover.value(opened, payload, target?.resource.schema) }),
    ...(proof && { proof }),
    ...(note !== undefined && { note }),
    ...(changes && { changes }),
  };
}

/** How values are shown. */
export interface Cover {
  value(of: OpenPayloads, value: unknown, schema: WalkedSchema['schema'] | undefined): unknown;
  changes(
    of: OpenPayloads,
    after: unknown,
    before: unknown,
    schema: WalkedSchema['schema'] | undefined,
  ): readonly ShownDifference[];
}

/** As they are. */
export const openCover: Cover = {
  value: (_of, value) => value,
  changes: (_of, after, before) => findDifferences(after, before, 'replaces').map(toShown),
};

/** Without what their schemas call private. */
export const privateCover: Cover = {
  value: (of, value, schema) => coverPayload(value, privacyOf(of), schema),
  changes: (of, after, before, schema) =>
    coverDifferences(findDifferences(after, before, 'replaces'), privacyOf(of), schema).map(toShown),
};

function privacyOf({ pinned, passed }: OpenPayloads) {
  const entity = (name: string): WalkedSchema | undefined => {
    const entities = pinned?.workspace.entities;
    const schema = entities?.get(name)?.schema;
    return entities && schema && { schema, refs: [...entities.values()].map((each) => each.schema) };
  };
  const plan = pinned?.plan;
  return plan
    ? privateTextsOf(plan, passed ?? {}, entity)
    : { private: new Set<string>(), open: new Set<string>(), isBlind: true };
}

function toShown({
  path,
  before,
  after,
}: {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}): ShownDifference {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}
