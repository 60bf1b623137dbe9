import { type Caller, flowsWith, mayAnywhere, mayOver, mayOverAll } from '../app/access/caller.ts';
import { Fault } from '../contract/fault.ts';
import { decideVia } from '../store/audit/via.ts';
import type { Desk } from './desk.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * Carries an endpoint out, if its caller may. Throws a Fault TL_FORBIDDEN where their role is too low, and
 * TL_NOT_FOUND where they may not even know whether there is such a thing.
 *
 * @param answer - makes what is returned of what `handle` gives; it may have an answer from before instead.
 */
export async function carryOut<Input, Answer>(
  endpoint: Endpoint<Input>,
  desk: Desk,
  input: Input,
  answer: (handle: () => Promise<unknown>) => Promise<Answer>,
): Promise<Answer> {
  await requireRight(endpoint, desk, input);
  return await decideVia(viaOf(desk.caller), () => answer(() => endpoint.handle(desk, input)));
}

/** By what way it came in, as audit entries tell it. */
function viaOf({ via }: Caller): string {
  return via === 'local' ? 'command line' : via;
}

async function requireRight<Input>(
  { id, role, reach }: Endpoint<Input>,
  desk: Desk,
  input: Input,
): Promise<void> {
  const { caller } = desk;
  const forbidden = (over: string) =>
    new Fault('TL_FORBIDDEN', `${id} needs the role ${role} over ${over}; ${tellGrants(caller)}`);
  if (reach === 'everything') {
    if (!mayOverAll(caller, role)) throw forbidden('all flows');
    return;
  }
  if (!mayAnywhere(caller, role)) throw forbidden(reach === 'some' ? 'a flow' : 'the flow');
  if (reach === 'some') return;
  const flows = await reach(desk, input);
  if (flows === 'some') return;
  // Whoever sees all flows is told what there is instead; others not even whether there is one.
  if (flows.length === 0 && mayOverAll(caller, 'viewer')) return;
  if (flows.length === 0 || flows.some((flow) => !mayOver(caller, 'viewer', flow)))
    throw new Fault('TL_NOT_FOUND', 'there is no such thing, or it is of a flow that you may not see');
  const closed = flows.find((flow) => !mayOver(caller, role, flow));
  if (closed !== undefined) throw forbidden(closed);
}

function tellGrants(caller: Caller): string {
  if (flowsWith(caller, 'viewer').length === 0) return `${caller.name} has no role`;
  const said = caller.grants.map(({ role, flows }) => `${role} over ${flows === '*' ? 'all' : flows}`);
  return `${caller.name} is ${said.join(', ')}`;
}
