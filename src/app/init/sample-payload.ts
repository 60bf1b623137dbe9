import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { passCase } from '../../flow-test/pass-case.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Surroundings } from '../surroundings.ts';

/** What the target of a flow would be given for an entity of its source: the first expectation of a first test. */
export async function samplePayload(
  { clock }: Surroundings,
  workspace: Workspace,
  flow: string,
  entity: unknown,
): Promise<unknown> {
  const plans = createOfflinePlans(workspace, clock);
  try {
    const came = await passCase(plans.compile(flow, {}), { given: { entity }, hasOwnKey: false }, {});
    if (came.outcome === 'delivered') return came.payload;
    throw came.fault ?? new Error(`the sample of the flow ${flow} is ${came.outcome}`);
  } finally {
    await plans.close();
  }
}
