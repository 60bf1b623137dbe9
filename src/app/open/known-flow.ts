import { Fault } from '../../contract/fault.ts';
import { listErrorNames } from '../../store/errors/find-errors.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { OpenDatabase } from './open-database.ts';

/**
 * That a flow has nothing must not be said of one that was mistyped: it is one of the workspace, or one that is gone
 * from there and has left runs or errors. Throws a Fault TL_ARGUMENT_INVALID else.
 */
export async function requireKnownFlow(
  { db, findWorkspace }: Pick<OpenDatabase, 'db' | 'findWorkspace'>,
  flow: string | undefined,
): Promise<void> {
  if (flow === undefined) return;
  const { flows: left } = await listErrorNames(db);
  if (left.includes(flow)) return;
  const there = (await findWorkspace())?.flows ?? new Map();
  if (there.has(flow)) return;
  const hint = hintFor(flow, [...new Set([...left, ...there.keys()])].sort()) ?? 'there are none';
  throw new Fault('TL_ARGUMENT_INVALID', `no flow "${flow}" in this workspace; ${hint}`);
}
