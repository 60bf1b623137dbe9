import { Fault } from '../../contract/fault.ts';
import { xrefScopeOf } from '../../engine/line/open-line.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type AuditEntry, findForgetting, listEntriesOfKeys } from '../../store/audit/list-entries.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import { type ListedXref, listXrefScopes, listXrefs, type XrefFilter } from '../../store/line/list-xrefs.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
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
  { flow, key }: XrefWish,
): Promise<AuditEntry | undefined> {
  if (key === undefined) return undefined;
  return await findForgetting(open.db, key, flow === undefined ? undefined : await scopeOf(open, flow));
}

export async function toXrefFilter(open: OpenDatabase, { flow, ...wish }: XrefWish): Promise<XrefFilter> {
  return { ...wish, scope: flow === undefined ? undefined : await scopeOf(open, flow) };
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
  { db }: OpenDatabase,
  { entity, connection }: Pick<XrefWish, 'entity' | 'connection'>,
): Promise<void> {
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
