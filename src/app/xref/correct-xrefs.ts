import { Fault } from '../../contract/fault.ts';
import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { forecastXref, forgetXrefs, setXref, type XrefChange } from '../../engine/reference/correct-xrefs.ts';
import { findErasedXrefs } from '../../store/line/correct-xrefs.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import { type ListedXref, listScopesOfFlows, listXrefs } from '../../store/line/list-xrefs.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { requireKept, scopeOf, toXrefFilter, type XrefWish } from './xrefs.ts';

export interface SetWish {
  readonly flow: string;
  readonly key: string;
  readonly id: string;
  /** Also an id that another key has. */
  readonly isForced: boolean;
  /** Who asks may correct what these flows keep, and no others do. */
  readonly flows?: FlowScope | undefined;
}

/** What it would change, and what it is about. */
export interface SetForecast extends Omit<SetWish, 'isForced' | 'flows'> {
  readonly scope: XrefScope;
  readonly change: XrefChange;
}

/**
 * Changes nothing. Throws a Fault TL_ARGUMENT_INVALID for what can be no key or id, TL_CONFLICT for an id that is another
 * key's.
 */
export async function forecastSetXref(
  open: OpenDatabase,
  { isForced, flows = 'all', ...said }: SetWish,
): Promise<SetForecast> {
  const scope = await scopeOf(open, said.flow);
  await requireOwn(open, [scope], flows);
  const change = await forecastXref(open.db, { scope, ...said });
  if (change.others.length > 0 && !isForced) throw takenId({ scope, change, ...said });
  return { scope, change, ...said };
}

function takenId({ scope, change, key, id }: SetForecast): Fault {
  const others = change.others.map((other) => toPlainText(other, 80)).join(', ');
  return new Fault(
    'TL_CONFLICT',
    `${scope.entity} ${others} of ${scope.source} has the id ${id} at ${scope.target}; --force gives it to ${key} as well, so that both are written to one record`,
  );
}

/** Ids are kept of what moves between two systems, whichever flow moves it: others that do so keep the same. */
async function requireOwn(
  { db }: OpenDatabase,
  scopes: readonly XrefScope[],
  flows: FlowScope,
): Promise<void> {
  if (flows === 'all') return;
  const isSame = (a: XrefScope, b: XrefScope) =>
    a.entity === b.entity && a.source === b.source && a.target === b.target;
  const shared = (await listScopesOfFlows(db)).find(
    (kept) => !isInScope(flows, kept.flow) && scopes.some((scope) => isSame(scope, kept)),
  );
  if (shared === undefined) return;
  const { entity, source, target } = shared;
  throw new Fault(
    'TL_FORBIDDEN',
    `the ids of ${entity} between ${source} and ${target} are kept by other flows as well, over which you do not have the role for this`,
  );
}

/** Does what was forecast. */
export async function carryOutSetXref(open: OpenDatabase, forecast: SetForecast, by: string): Promise<void> {
  const { scope, flow, key, id } = forecast;
  await setXref(open.db, { scope, flow, key, id }, by);
}

export interface ForgetForecast {
  readonly meant: readonly ListedXref[];
  /** Creates that nobody knows the end of, and that are left alone. */
  readonly inDoubt: number;
}

/** More than anybody means to forget in one go. */
const most = 1_000_000;

/**
 * What would be forgotten. Throws a Fault TL_ARGUMENT_INVALID for names that no reference is kept of, and where nothing
 * is said of which are meant.
 *
 * @param wish.isForced - also creates that nobody knows the end of, and a key that was erased: they may be made a second
 *   time then.
 */
export async function forecastForgetXrefs(
  open: OpenDatabase,
  { isForced, ...wish }: XrefWish & { readonly isForced: boolean },
): Promise<ForgetForecast> {
  const { flows: _flows, ...said } = wish;
  if (Object.values(said).every((one) => one === undefined))
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      'which are meant? --key, --id, --flow, --entity or --connection says so',
    );
  const filter = await toXrefFilter(open, wish);
  const listed = await listXrefs(open.db, filter, most);
  const { key } = wish;
  const erased = isForced && key !== undefined ? await findErasedXrefs(open.db, { ...filter, key }) : [];
  const found = [...listed, ...erased];
  if (found.length === 0) await requireKept(open, wish);
  const meant = found.filter((one) => one.id !== null || isForced);
  await requireOwn(open, meant, wish.flows ?? 'all');
  return { meant, inDoubt: found.length - meant.length };
}

export async function carryOutForgetXrefs(
  open: OpenDatabase,
  { meant }: Pick<ForgetForecast, 'meant'>,
  by: string,
): Promise<void> {
  await forgetXrefs(open.db, meant, by);
}

/** What was said of an id, or would be, as one document. */
export function toSetDocument(
  done: { readonly set: boolean } | { readonly would: 'set' },
  { scope, key, id, change: { before, others, isInDoubt } }: SetForecast,
) {
  return {
    ...done,
    ...scope,
    ...{ key, id, before: before ?? null },
    ...(others.length > 0 && { others }),
    ...(isInDoubt && { inDoubt: true }),
  };
}

/** What was forgotten, or would be, as one document. */
export function toForgetDocument(deed: 'done' | 'would', { meant, inDoubt }: ForgetForecast) {
  const told = deed === 'done' ? { forgotten: meant } : { would: 'forget', xrefs: meant };
  return { ...told, ...(inDoubt > 0 && { inDoubt }) };
}
