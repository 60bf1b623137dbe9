import { Fault } from '../../contract/fault.ts';
import { usualWay } from '../../engine/bulks/replay-way.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { type PassResult, passRecord } from '../../engine/line/pass-record.ts';
import { createXrefLookup } from '../../engine/line/xref-lookup.ts';
import { identifyUnread } from '../../engine/patch/identify-unread.ts';
import { formatSegments } from '../../schema/deviation.ts';
import { type DeadLetter, loadError } from '../../store/errors/errors.ts';
import type { Replayable } from '../../store/errors/replays.ts';
import { loadRunHeads } from '../../store/journey/run-heads.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Runtime } from '../engine/runtime.ts';
import { whyUnknown } from '../errors/error-filter.ts';
import type { ErrorMeaning } from '../errors/explain/explain-error.ts';
import { explainErrors } from '../errors/explain/explain-errors.ts';
import type { ToldChange } from '../errors/told-decision.ts';
import { previewPatch } from '../patch/accept-patch.ts';
import { compilePatch } from '../patch/compile-patch.ts';
import type { Patch, PatchWish } from '../patch/patch.ts';
import type { ReplayManner } from './replay-manner.ts';

export interface PreviewWish {
  readonly id: number;
  readonly patch?: PatchWish | undefined;
  readonly flowOf?: ReplayManner['way']['flowOf'] | undefined;
}

/** What the flow would make of the record of one error, edited: no system is asked, and nothing is kept. */
export interface ErrorPreview {
  readonly error: number;
  readonly flow: string;
  readonly key?: string;
  /** `unread`: it is no record still. `left out`: the patch does not mean it. */
  readonly outcome: PassResult['end'] | 'unread' | 'left out';
  readonly changes: readonly ToldChange[];
  /** The native record as it would go down the line. */
  readonly input?: unknown;
  /** What the flow's expressions would see. */
  readonly record?: unknown;
  /** What the mapping would make of it. */
  readonly entity?: unknown;
  /** What the target would be given. */
  readonly payload?: unknown;
  readonly fault?: {
    readonly code: string;
    readonly message: string;
    readonly stage: string;
    readonly at?: string;
  };
  readonly explanation?: ErrorMeaning;
  /** Why it would not be sent. */
  readonly reason?: string;
  /** What does not fit a schema, each at its place. */
  readonly findings: readonly SchemaFinding[];
  /** References that the target does not have yet. */
  readonly missing?: readonly { readonly entity: string; readonly key: string }[];
  /** What is worth telling of the patch. */
  readonly notes: readonly string[];
}

export interface SchemaFinding {
  readonly path: string;
  readonly message: string;
}

/**
 * Throws a Fault TL_NOT_FOUND where there is no such error, TL_ARGUMENT_INVALID for a patch that cannot be made, and
 * TL_WORKSPACE_INVALID for a flow that has mistakes.
 */
export async function previewError(
  runtime: Runtime,
  { id, patch: wish, flowOf = 'now' }: PreviewWish,
): Promise<ErrorPreview> {
  const { db } = runtime.engine;
  const found = await loadError(db, id);
  if (found === undefined) throw new Fault('TL_NOT_FOUND', await whyUnknown(db, [id]));
  const { error, record } = found;
  const planHash = (await loadRunHeads(db, [error.runId])).get(error.runId)?.planHash ?? '';
  const plan = flowOf === 'now' ? runtime.plans.compile(error.flow).plan : await runtime.plans.load(planHash);
  const patch = wish && compilePatch(wish, runtime.plans.workspace());
  const base = { id, flow: error.flow, source: undefined, planHash };
  const given = { runtime, plan, patch, way: { ...usualWay, flowOf } };
  if (!('raw' in record)) return await preview(given, error, { ...base, record });
  const unread = { ...base, code: error.code, raw: record.raw };
  const { maxRecordBytes } = runtime.engine.limits;
  const outcome = await identifyUnread([unread], {
    plan,
    maxRecordBytes,
    ...(patch && { edit: patch.edit }),
  });
  const [identified] = outcome.records;
  if (identified !== undefined) return await preview(given, error, identified);
  const [rest] = outcome.rest;
  return { ...toHead(error), outcome: 'unread', reason: rest?.why ?? '', ...nothing };
}

const nothing = { changes: [], findings: [], notes: [] } as const;

interface PreviewTools {
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly patch: Patch | undefined;
  readonly way: ReplayManner['way'];
}

async function preview(
  { runtime, plan, patch, way }: PreviewTools,
  error: DeadLetter,
  replayable: Replayable,
): Promise<ErrorPreview> {
  const { db, limits } = runtime.engine;
  const tools = { db, maxRecordBytes: limits.maxRecordBytes, way };
  const tried = patch && (await previewPatch({ ...tools, patch }, [plan], [replayable]));
  const trial = tried?.tried[0];
  const head = { ...toHead(error), key: replayable.record.key };
  if (tried !== undefined && trial === undefined)
    return { ...head, outcome: 'left out', ...nothing, reason: tried.leftOut.join('; ') };
  const { native } = (trial?.edited ?? replayable).record;
  const xref = createXrefLookup((entity, ids) => loadXrefs(db, { ...xrefScopeOf(plan), entity }, ids));
  const passed = await passRecord(plan, native, { xref });
  return {
    ...head,
    outcome: passed.end,
    changes: (trial?.changes ?? []).map(({ name: _name, beside: _beside, ...change }) => change),
    input: native,
    ...(passed.record !== undefined && { record: passed.record }),
    ...(passed.mapped !== undefined && { entity: passed.mapped }),
    ...(await tellEnd(runtime, error, passed)),
    notes: tried?.notes ?? [],
  };
}

function toHead({ id, flow, key }: DeadLetter): Pick<ErrorPreview, 'error' | 'flow' | 'key'> {
  return { error: id, flow, ...(key !== undefined && { key }) };
}

async function tellEnd(
  { engine }: Runtime,
  error: DeadLetter,
  passed: PassResult,
): Promise<Pick<ErrorPreview, 'findings'> & Partial<ErrorPreview>> {
  const drift = passed.drift.map(({ segments, expected, got }) => {
    return { path: formatSegments(segments), message: `expected ${expected}, got ${got}` };
  });
  switch (passed.end) {
    case 'through':
      return { payload: passed.payload, findings: drift };
    case 'filtered':
      return { findings: drift, ...(passed.reason !== undefined && { reason: passed.reason }) };
    case 'blocked':
      return { findings: drift, missing: passed.missing };
    case 'failed': {
      const { fault, stage } = passed;
      const { code, message, at, about, problems } = fault;
      const told = { ...error, code, message, at, about, answer: undefined, state: 'open' } as const;
      const [explained] = await explainErrors(engine.db, [told]);
      return {
        fault: { code, message, stage, ...(at !== undefined && { at }) },
        findings: [...drift, ...problems],
        ...(explained && { explanation: explained.explanation }),
      };
    }
  }
}
