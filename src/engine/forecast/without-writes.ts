import type { Resource } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { Plan } from '../../workspace/compile/plan.ts';

/**
 * The plan with a target, and a source, that can be read and asked but not written to: what a resource can do stays
 * visible, and whoever does it meets a fault before anything is sent.
 */
export function withoutWrites(plan: Plan): Plan {
  const { source, target } = plan;
  return {
    ...plan,
    source: { ...source, resource: withoutWritesOf(source.resource) },
    target: { ...target, resource: withoutWritesOf(target.resource) },
  };
}

function withoutWritesOf(resource: Resource): Resource {
  const refuse = async (): Promise<never> => {
    throw new Fault('TL_DEFECT', `${resource.name}: a forecast was about to write`);
  };
  return {
    ...resource,
    ...(resource.create && { create: refuse }),
    ...(resource.update && { update: refuse }),
    ...(resource.upsert && { upsert: refuse }),
    ...(resource.delete && { delete: refuse }),
  };
}
