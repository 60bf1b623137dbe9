import { Fault } from '../../contract/fault.ts';
import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { listErrorNames } from '../../store/errors/find-errors.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { OpenDatabase } from './open-database.ts';

/**
 * That a flow has nothing must not be said of one that was mistyped: it is one of the workspace, or one that is gone
 * from there and has left runs or errors. Throws a Fault TL_ARGUMENT_INVALID else.
 *
 * @param scope - of the flows that whoever asks may see: others are not there for them.
 */
export async function requireKnownFlow(
  { db, findWorkspace }: Pick<OpenDatabase, 'db' | 'findWorkspace'>,
  flow: string | undefined,
  scope: FlowScope = 'all',
): Promise<void> {
  if (flow === undefined) return;
  const { flows: left } = await listErrorNames(db);
  if (left.includes(flow) && isInScope(scope, flow)) return;
  const there = (await findWorkspace())?.flows ?? new Map<string, unknown>();
  const known = [...new Set([...left, ...there.keys()])].filter((name) => isInScope(scope, name));
  if (known.includes(flow)) return;
  const hint = hintFor(flow, known.sort()) ?? 'there are none';
  throw new Fault('TL_ARGUMENT_INVALID', `no flow "${flow}" in this workspace; ${hint}`);
}
