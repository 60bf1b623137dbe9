import type { XrefScope } from '../../store/line/key-spaces.ts';
import type { Lease } from '../../store/line/lanes.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
import { type BatchTally, createBatchTally } from '../notes/batch-tally.ts';
import { createXrefLookup, type XrefLookup } from './xref-lookup.ts';

/** What every stage of the line is given. */
export interface Line {
  readonly engine: Engine;
  readonly plan: Plan;
  /** Which cross-references the flow keeps. */
  readonly scope: XrefScope;
  /** Aborted when the lane is no longer ours. */
  readonly signal: AbortSignal;
  /** The circuit of the target is open, and this work shows whether it is back. */
  readonly isProbe: boolean;
  readonly lease: Lease;
  /** Throws if the lane may no longer be ours: asked right before anything is written. */
  readonly checkLease: () => void;
  /** What is reported of the run beside how its records end. */
  readonly tally: BatchTally;
}

/** A lane as this process has the lease of it. */
export type LeasedLane = Pick<Line, 'lease' | 'signal' | 'checkLease'>;

export async function openLine(
  engine: Engine,
  planHash: string,
  leased: LeasedLane & { readonly isProbe?: boolean },
): Promise<Line> {
  const plan = await engine.loadPlan(planHash);
  return { engine, plan, scope: xrefScopeOf(plan), isProbe: false, tally: createBatchTally(), ...leased };
}

export function xrefScopeOf({ source, target }: Plan): XrefScope {
  // Where both ends have no entity to speak of, the target's resource names what the reference is about.
  const entity = target.entity ?? source.entity ?? target.resource.name;
  return { entity, source: source.connection, target: target.connection };
}

/** `$xref` for the mappings of one batch. */
export function xrefLookupOf({ engine, scope }: Pick<Line, 'engine' | 'scope'>): XrefLookup {
  return createXrefLookup((entity, ids) => loadXrefs(engine.db, { ...scope, entity }, ids));
}
