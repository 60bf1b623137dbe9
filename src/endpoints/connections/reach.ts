import { mayOverAll, type Role } from '../../app/access/caller.ts';
import { connectionsOf } from '../../app/pauses/flow-connections.ts';
import { Fault } from '../../contract/fault.ts';
import type { Desk } from '../desk.ts';

/**
 * The flows that use one of these connections: what is done with it reaches them all. One that no flow uses belongs to
 * nobody: that takes the role over all flows. Throws a Fault TL_FORBIDDEN else.
 */
export async function flowsOver(
  { open, caller }: Desk,
  names: readonly string[],
  role: Role,
): Promise<readonly string[]> {
  const workspace = await open.requireWorkspace();
  const flowsOf = (name: string) =>
    [...workspace.flows.values()]
      .filter((entry) => connectionsOf(entry).includes(name))
      .map((entry) => entry.name);
  const unused = names.find((name) => flowsOf(name).length === 0);
  if (unused !== undefined && !mayOverAll(caller, role))
    throw new Fault('TL_FORBIDDEN', `what no flow uses takes the role ${role} over all flows: ${unused}`);
  return [...new Set(names.flatMap(flowsOf))].sort();
}
