import { toFault } from '../../contract/fault.ts';
import type { CompiledFlow, PlanCache } from '../engine/plan-cache.ts';
import type { FlowsByTime } from './flows-of-errors.ts';

/** A flow that records are replayed under. */
export interface ReplayedFlow extends CompiledFlow {
  /** Of the flow as it is now, so that a key stays in its lane. */
  readonly lanes: number;
}

export function toFlowsByTime(plans: PlanCache): FlowsByTime<ReplayedFlow> {
  const now = (flow: string) => {
    const compiled = plans.compile(flow);
    return { ...compiled, lanes: compiled.plan.delivery.lanes };
  };
  return {
    now,
    asOf: async (flow, hash) => {
      const plan = await plans.load(hash);
      // Its files are in the database already.
      return { flow, hash, documents: [], plan, lanes: lanesNow(plans, flow) ?? plan.delivery.lanes };
    },
  };
}

/** `undefined`: the flow is not there any more, or has mistakes, so that nothing else of it is started. */
function lanesNow(plans: PlanCache, flow: string): number | undefined {
  try {
    return plans.compile(flow).plan.delivery.lanes;
  } catch (thrown) {
    const fault = toFault(thrown);
    if (fault.code !== 'TL_WORKSPACE_INVALID') throw fault;
    return undefined;
  }
}
