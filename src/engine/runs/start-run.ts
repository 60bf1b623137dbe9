import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { openKeySpaces } from '../../store/line/key-spaces.ts';
import type { Database } from '../../store/postgres/database.ts';
import { insertPlan, type StoredDocument } from '../../store/runs/plans.ts';
import { insertRun, insertTick, type RunOptions } from '../../store/runs/runs.ts';
import type { Plan, Schedule } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
import { xrefScopeOf } from '../line/open-line.ts';

/** A flow as it can be started: its plan, the plan's hash, and the files it was compiled from. */
export interface StartableFlow {
  readonly flow: string;
  readonly hash: string;
  readonly documents: readonly StoredDocument[];
  readonly plan: Plan;
}

export async function keepPlan(db: Database, { flow, hash, documents, plan }: StartableFlow): Promise<void> {
  const { history, target } = plan;
  const scope = xrefScopeOf(plan);
  await openKeySpaces(db, flow, scope);
  await insertPlan(db, { flow, hash, documents, resource: target.resource.name, scope, history });
}

/** Starts a run because a person asked for it; returns its id. */
export async function startRun(
  engine: Engine,
  { flow, ...startable }: StartableFlow,
  options: RunOptions,
): Promise<number> {
  await keepPlan(engine.db, { flow, ...startable });
  const id = await engine.db.transaction().execute(async (tx) => {
    const runId = await insertRun(tx, { flow, planHash: startable.hash, trigger: 'manual', options });
    await keepAuditEntry(tx, { deed: 'run', by: options.by, flow, runId });
    return runId;
  });
  await engine.wake.run(id);
  return id;
}

/** Starts the run of one schedule tick, unless another process has, or the flow is still at work or paused. */
export async function startTick(
  engine: Engine,
  flow: StartableFlow & { readonly schedule: Schedule },
  at: Date,
): Promise<number | undefined> {
  await keepPlan(engine.db, flow);
  const tick = await insertTick(engine.db, {
    flow: flow.flow,
    planHash: flow.hash,
    at,
    overlap: flow.schedule.overlap,
  });
  if (tick?.status === 'queued') await engine.wake.run(tick.id);
  if (tick?.status === 'skipped')
    engine.log.tickSkipped({ flow: flow.flow, tick: at.toISOString() }, tick.fault ?? undefined);
  return tick?.id;
}
