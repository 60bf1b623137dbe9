import { Fault } from '../../contract/fault.ts';
import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type AuditEntry, findForgetting, listEntriesOfKeys } from '../../store/audit/list-entries.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import {
  type ListedXref,
  listScopesOfFlows,
  listXrefScopes,
  listXrefs,
  type XrefFilter,
} from '../../store/line/list-xrefs.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { requireFlow } from '../open/require-flow.ts';

/** Which references are meant; all of it must fit. */
export interface XrefWish {
  /** Those that this flow keeps. */
  readonly flow?: string | undefined;
  readonly entity?: string | undefined;
  /** At either end. */
  readonly connection?: string | undefined;
  readonly key?: string | undefined;
  readonly id?: string | undefined;
  /** Only those that one of these flows keeps. */
  readonly flows?: FlowScope | undefined;
}

/** A cross-reference with what people have said about it. */
export type ShownXref = ListedXref & { readonly audit?: readonly AuditEntry[] };

/** By target, entity, source and key. Throws a Fault TL_ARGUMENT_INVALID for names that no reference is kept of. */
export async function pageXrefs(
  open: OpenDatabase,
  wish: XrefWish,
  { limit, cursor }: PageWish,
): Promise<ListPage<ShownXref>> {
  requirePageSize(limit);
  const after = parseCursor('xrefs', ['text', 'text', 'text', 'text'], cursor);
  const filter = await toXrefFilter(open, wish);
  const found = await listXrefs(open.db, { ...filter, after: after?.map(String) }, limit + 1);
  if (found.length === 0) await requireKept(open, wish);
  const page = toPage(found, {
    list: 'xrefs',
    limit,
    placeOf: ({ target, entity, source, key }) => [target, entity, source, key],
  });
  const audits = await listEntriesOfKeys(open.db, page.items);
  const items = page.items.map((xref) => {
    const audit = audits.get(xref);
    return audit ? { ...xref, audit } : xref;
  });
  return { ...page, items };
}

/** Who had the ids of a key forgotten last, where a key is named. */
export async function findForgottenBy(
  open: OpenDatabase,
  { flow, key, flows = 'all' }: XrefWish,
): Promise<AuditEntry | undefined> {
  // Whose id that was is not known any more: who may not see all of them is not told of any.
  if (key === undefined || (flow === undefined && flows !== 'all')) return undefined;
  return await findForgetting(open.db, key, flow === undefined ? undefined : await scopeOf(open, flow));
}

export async function toXrefFilter(open: OpenDatabase, wish: XrefWish): Promise<XrefFilter> {
  const { flow, flows = 'all', ...filter } = wish;
  if (flow !== undefined) {
    await requireKnownFlow(open, flow, flows);
    return { ...filter, scopes: [await scopeOf(open, flow)] };
  }
  return flows === 'all' ? filter : { ...filter, scopes: await scopesIn(open, flows) };
}

/** Which references these flows keep. */
async function scopesIn({ db }: OpenDatabase, flows: FlowScope): Promise<readonly XrefScope[]> {
  return (await listScopesOfFlows(db)).filter(({ flow }) => isInScope(flows, flow));
}

/** Which references a flow of the workspace keeps. */
export async function scopeOf({ requireWorkspace, clock }: OpenDatabase, flow: string): Promise<XrefScope> {
  const workspace = await requireWorkspace();
  requireFlow({ workspace }, flow);
  const plans = createOfflinePlans(workspace, clock);
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
export async function requireKept(
  open: OpenDatabase,
  { entity, connection, flows = 'all' }: Pick<XrefWish, 'entity' | 'connection' | 'flows'>,
): Promise<void> {
  if (entity === undefined && connection === undefined) return;
  const scopes = flows === 'all' ? await listXrefScopes(open.db) : await scopesIn(open, flows);
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
