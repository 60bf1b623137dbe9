import { Fault } from '../../contract/fault.ts';
import { listErrorNames } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadAny } from './load.ts';

/**
 * That a flow has nothing must not be said of one that was mistyped: it is one of the workspace, or one that is gone
 * from there and has left runs or errors. Throws a Fault TL_ARGUMENT_INVALID else.
 */
export async function requireKnownFlow(
  around: Surroundings,
  db: Database,
  { dir, flow }: { readonly dir: string; readonly flow: string | undefined },
): Promise<void> {
  if (flow === undefined) return;
  const { flows: left } = await listErrorNames(db);
  if (left.includes(flow)) return;
  const { workspace } = await loadAny(around, dir);
  if (workspace.flows.has(flow)) return;
  const hint = hintFor(flow, [...new Set([...left, ...workspace.flows.keys()])].sort()) ?? 'there are none';
  throw new Fault('TL_ARGUMENT_INVALID', `no flow "${flow}" in this workspace; ${hint}`);
}
