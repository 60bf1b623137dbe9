import { Fault } from '../../contract/fault.ts';
import { countChangedSince } from '../../store/errors/replays.ts';
import type { Runtime } from '../engine/runtime.ts';
import { findErrorFilter, openStates } from '../errors/error-filter.ts';
import { databaseOf } from '../open/open-database.ts';
import { forecastReplay } from './forecast-replay.ts';
import { formatPlan, parsePlan, tellMoved } from './plan-hash.ts';
import { planOver } from './plan-replay.ts';
import type { PreparedReplay } from './prepare-replay.ts';

/**
 * Plans once more, and compares with the plan that somebody has looked at; returns the plan. Throws a Fault
 * TL_CONFLICT that says what is not as it was, or TL_ARGUMENT_INVALID where it is no plan.
 */
export async function expectPlan(
  runtime: Runtime,
  { wish, patch, way, set }: PreparedReplay,
  { expected, signal }: { readonly expected: string; readonly signal: AbortSignal },
): Promise<string> {
  const planned = parsePlan(expected);
  if (planned === undefined) {
    const message = `expected a plan as \`replay --plan\` prints it, got "${expected}"`;
    throw new Fault('TL_ARGUMENT_INVALID', message);
  }
  const open = databaseOf(runtime);
  const from = planOver(runtime, open.db);
  const { parts } = await forecastReplay(from, { wish, patch, way, signal, see: () => {} });
  const { filter } = await findErrorFilter(open, wish, openStates);
  const newer = await countChangedSince(open.db, filter, planned.seenAt);
  // What is sent is the set that was frozen before: what came between is told as well.
  const moved = tellMoved(planned, parts.set === set ? parts : { ...parts, set }, newer);
  if (moved.length === 0) return formatPlan(parts);
  const message = `nothing was replayed, as the plan is not true any more: ${moved.join('; ')}`;
  throw new Fault('TL_CONFLICT', message);
}
