import { Fault, toFault } from '../../contract/fault.ts';
import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import type { ErrorFilter } from '../../store/errors/errors.ts';
import { type FailedPlan, listFailedPlans } from '../../store/errors/replays.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';

/** Where flows come from: as they are now, and as they were, by the hash of their files. */
export interface FlowsByTime<Flow> {
  readonly now: (flow: string) => Flow;
  readonly asOf: (flow: string, hash: string) => Promise<Flow>;
}

/**
 * The flows that errors go through when they are replayed in this way. Throws a Fault for a flow that has mistakes, for
 * one that cannot be compiled any more as it was, and for payloads that would go to another place than they were made for.
 */
export async function flowsOfErrors<Flow extends { readonly plan: Plan }>(
  db: Database,
  filter: ErrorFilter,
  { way, flows }: { readonly way: ReplayWay; readonly flows: FlowsByTime<Flow> },
): Promise<readonly Flow[]> {
  const failed = await listFailedPlans(db, filter);
  if (way.flowOf === 'then') {
    const all: Flow[] = [];
    for (const each of failed) all.push(await loadThen(flows, each));
    return all;
  }
  const all = [...new Set(failed.map(({ flow }) => flow))].map((flow) => flows.now(flow));
  if (way.from === 'stage') for (const { plan } of all) refuseElsewhere(plan, failed);
  return all;
}

/** Does the error go through this plan? */
export function goesThrough(
  { flowOf }: ReplayWay,
  plan: Plan,
  error: { readonly flow: string; readonly planHash: string },
): boolean {
  return error.flow === plan.flow && (flowOf === 'now' || error.planHash === plan.hash);
}

async function loadThen<Flow>(
  { asOf }: FlowsByTime<Flow>,
  { flow, planHash, runId }: FailedPlan,
): Promise<Flow> {
  try {
    return await asOf(flow, planHash);
  } catch (thrown) {
    const fault = toFault(thrown);
    throw new Fault(
      fault.code,
      `${flow} cannot be used any more as it was in run ${runId}: ${fault.message}`,
      {
        cause: thrown,
      },
    );
  }
}

/** What was made for one place means nothing at another one. */
function refuseElsewhere({ flow, target }: Plan, failed: readonly FailedPlan[]): void {
  const now = `${target.connection}.${target.resource.name}`;
  const other = failed.find((each) => each.flow === flow && each.target !== now && each.target !== undefined);
  if (other === undefined) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `what ${flow} sent in run ${other.runId} was made for ${other.target}, and it writes to ${now} now: replay it from the start, or under the flow of then`,
  );
}
