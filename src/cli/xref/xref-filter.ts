import { loadFrom } from '../../app/open/load.ts';
import { requireFlow } from '../../app/open/require-flow.ts';
import { Fault } from '../../contract/fault.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type ListedXref, listXrefScopes, type XrefFilter } from '../../store/line/list-xrefs.ts';
import type { XrefScope } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import { workspaceDir } from '../common-options.ts';
import type { CommonOptions, Context } from '../context.ts';
import type { Column } from '../output/print.ts';

export interface XrefFilterOptions extends CommonOptions {
  readonly flow?: string;
  readonly entity?: string;
  readonly connection?: string;
  readonly key?: string;
  readonly id?: string;
}

export async function toXrefFilter(context: Context, options: XrefFilterOptions): Promise<XrefFilter> {
  const { flow, entity, connection, key, id } = options;
  return {
    entity,
    connection,
    key,
    id,
    scope: flow === undefined ? undefined : await scopeOf(context, options, flow),
  };
}

/** Which references a flow of the workspace keeps. */
export async function scopeOf(context: Context, options: CommonOptions, flow: string): Promise<XrefScope> {
  const loaded = await loadFrom(context, workspaceDir(context, options));
  requireFlow(loaded, flow);
  const plans = createOfflinePlans(loaded.workspace, context.clock);
  try {
    return xrefScopeOf(plans.compile(flow, undefined));
  } finally {
    await plans.close();
  }
}

/**
 * That nothing fits does not say that a name is right. Throws a Fault TL_ARGUMENT_INVALID for an entity or a connection
 * that no reference is kept of.
 */
export async function requireKept(db: Database, { entity, connection }: XrefFilterOptions): Promise<void> {
  if (entity === undefined && connection === undefined) return;
  const scopes = await listXrefScopes(db);
  if (scopes.length === 0) return;
  const entities = [...new Set(scopes.map((scope) => scope.entity))];
  const connections = [...new Set(scopes.flatMap(({ source, target }) => [source, target]))];
  requireOne('entity', entity, entities);
  requireOne('connection', connection, connections);
}

function requireOne(what: string, name: string | undefined, known: readonly string[]): void {
  if (name === undefined || known.includes(name)) return;
  throw new Fault('TL_ARGUMENT_INVALID', `no id is kept of the ${what} "${name}"; ${hintFor(name, known)}`);
}

export const xrefColumns: readonly Column[] = [
  { title: 'entity' },
  { title: 'from' },
  { title: 'key', isName: true },
  { title: 'to' },
  { title: 'id', isName: true },
  { title: 'since' },
  { title: 'said by' },
];

export function xrefRow({ entity, source, key, target, id, since, run }: ListedXref): readonly string[] {
  return [
    entity,
    source,
    key,
    target,
    id ?? '(in doubt)',
    since.toISOString().slice(0, 16).replace('T', ' '),
    run === null ? 'a person' : `run ${run}`,
  ];
}
