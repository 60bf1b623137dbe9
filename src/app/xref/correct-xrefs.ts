import { Fault } from '../../contract/fault.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { forecastXref, forgetXrefs, setXref, type XrefChange } from '../../engine/reference/correct-xrefs.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import { type ListedXref, listXrefs } from '../../store/line/list-xrefs.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { requireKept, scopeOf, toXrefFilter, type XrefWish } from './xrefs.ts';

export interface SetWish {
  readonly flow: string;
  readonly key: string;
  readonly id: string;
  /** Also an id that another key has. */
  readonly isForced: boolean;
}

/** What it would change, and what it is about. */
export interface SetForecast extends Omit<SetWish, 'isForced'> {
  readonly scope: XrefScope;
  readonly change: XrefChange;
}

/** Changes nothing. Throws a Fault TL_ARGUMENT_INVALID for what can be no key or id, or is another key's. */
export async function forecastSetXref(
  open: OpenDatabase,
  { isForced, ...said }: SetWish,
): Promise<SetForecast> {
  const scope = await scopeOf(open, said.flow);
  const change = await forecastXref(open.db, { scope, ...said });
  if (change.others.length > 0 && !isForced) throw takenId({ scope, change, ...said });
  return { scope, change, ...said };
}

function takenId({ scope, change, key, id }: SetForecast): Fault {
  const others = change.others.map((other) => toPlainText(other, 80)).join(', ');
  return new Fault(
    'TL_ARGUMENT_INVALID',
    `${scope.entity} ${others} of ${scope.source} has the id ${id} at ${scope.target}; --force gives it to ${key} as well, so that both are written to one record`,
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
 * What would be forgotten. Throws a Fault TL_ARGUMENT_INVALID for names that no reference is kept of.
 *
 * @param wish.isForced - also creates that nobody knows the end of: they may be made a second time then.
 */
export async function forecastForgetXrefs(
  open: OpenDatabase,
  { isForced, ...wish }: XrefWish & { readonly isForced: boolean },
): Promise<ForgetForecast> {
  const found = await listXrefs(open.db, await toXrefFilter(open, wish), most);
  if (found.length === 0) await requireKept(open, wish);
  const meant = found.filter((one) => one.id !== null || isForced);
  return { meant, inDoubt: found.length - meant.length };
}

export async function carryOutForgetXrefs(
  open: OpenDatabase,
  { meant }: Pick<ForgetForecast, 'meant'>,
  by: string,
): Promise<void> {
  await forgetXrefs(open.db, meant, by);
}
