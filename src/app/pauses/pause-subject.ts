import { Fault } from '../../contract/fault.ts';
import { listErrorNames } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { listPlanConnections } from '../../store/runs/plan-ends.ts';
import { listPauses, type PauseSubject } from '../../store/waiting/pauses.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** A flow or a connection, as somebody has named it: `kind` where a name is both. */
export interface SubjectWish {
  readonly name: string;
  readonly kind?: PauseSubject['kind'] | undefined;
}

/** One that is there, or has left something. Throws TL_NOT_FOUND where it is not, TL_ARGUMENT_INVALID where it may be either. */
export async function findSubject(open: OpenDatabase, { name, kind }: SubjectWish): Promise<PauseSubject> {
  const workspace = await open.findWorkspace();
  const { flows } = await listErrorNames(open.db);
  const known = {
    flow: new Set([...(workspace?.flows.keys() ?? []), ...flows]),
    connection: new Set([...(workspace?.connections.keys() ?? []), ...(await listPlanConnections(open.db))]),
  };
  const kinds = kind === undefined ? (['flow', 'connection'] as const) : [kind];
  const found = kinds.filter((each) => known[each].has(name));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { kind: only, name };
  if (only !== undefined) throw eitherOf(name);
  const all = [...new Set(kinds.flatMap((each) => [...known[each]]))].sort();
  const hint = hintFor(name, all) ?? 'there are none';
  throw new Fault('TL_NOT_FOUND', `no ${kinds.join(' or ')} "${name}" in this workspace; ${hint}`);
}

/** One that is paused now. Throws a Fault TL_CONFLICT where none of that name is. */
export async function findPaused(db: Database, { name, kind }: SubjectWish): Promise<PauseSubject> {
  const pauses = await listPauses(db);
  const found = pauses.filter((each) => each.name === name && (kind === undefined || each.kind === kind));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { kind: only.kind, name };
  if (only !== undefined) throw eitherOf(name);
  const hint = pauses.length === 0 ? 'nothing is' : 'tradelane status says what is';
  throw new Fault(
    'TL_CONFLICT',
    kind === undefined
      ? `no flow or connection "${name}" is paused; ${hint}`
      : `${kind} "${name}" is not paused; ${hint}`,
  );
}

function eitherOf(name: string): Fault {
  return new Fault(
    'TL_ARGUMENT_INVALID',
    `"${name}" is a flow and a connection: say which one with --flow or --connection`,
  );
}
