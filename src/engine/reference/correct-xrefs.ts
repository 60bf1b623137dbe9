import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { quoteName, whyNoName } from '../../contract/text/record-bounds.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import {
  doubtWhatWasDelivered,
  forgetErased,
  forgetWhatWasDelivered,
  putXref,
} from '../../store/line/correct-xrefs.ts';
import { openKeySpaces, type XrefScope } from '../../store/line/key-spaces.ts';
import { deleteXrefs, findXrefsById, isTakenId, loadXrefs } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';

/** What a person says that a key is known by at the target. */
export interface SaidXref {
  readonly scope: XrefScope;
  /** The flow that it was said for. */
  readonly flow: string;
  readonly key: string;
  readonly id: string;
}

export interface XrefChange {
  /** What it was known by; absent: not at all. */
  readonly before: string | undefined;
  /** Other keys that have this id. */
  readonly others: readonly string[];
  /** A create of it is open, of which nobody knows the end. */
  readonly isInDoubt: boolean;
}

/** What it would change. Throws a Fault TL_ARGUMENT_INVALID for what can be no key or id. */
export async function forecastXref(db: Database, { scope, key, id }: SaidXref): Promise<XrefChange> {
  for (const [what, text] of [
    ['the key', key],
    ['the id', id],
  ] as const) {
    const why = text.trim() === '' ? 'is empty' : whyNoName(text);
    if (why !== undefined) throw new Fault('TL_ARGUMENT_INVALID', `${what} ${quoteName(text)} ${why}`);
  }
  const known = (await loadXrefs(db, scope, [key])).get(key);
  const owners = await findXrefsById(db, scope, [id]);
  return {
    before: known?.targetId,
    others: owners.map((owner) => owner.key).filter((other) => other !== key),
    isInDoubt: known !== undefined && known.targetId === undefined,
  };
}

/** Says it, in place of what was known; what was delivered under the key is written again by the next run that reads it. */
export async function setXref(db: Database, { scope, flow, key, id }: SaidXref, by: string): Promise<void> {
  try {
    const isShared = (await findXrefsById(db, scope, [id])).some((one) => one.key !== key);
    await put(db, { scope, flow, key, id, isShared, by });
  } catch (thrown) {
    if (!isTakenId(thrown)) throw thrown;
    throw new Fault('TL_CONFLICT', `another key was given the id ${quoteName(id)} in this moment`);
  }
}

async function put(
  db: Database,
  { scope, flow, key, id, isShared, by }: SaidXref & { readonly isShared: boolean; readonly by: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await openKeySpaces(tx, flow, scope);
    await putXref(tx, { scope, key, id, isShared });
    await doubtWhatWasDelivered(tx, { scope, flow, keys: [key] });
    await keepAuditEntry(tx, { deed: 'set id', by, flow, about: { scope, keys: [key] } });
  });
}

/** Nothing is known of these from now on: they are looked for at the target, or made, when they are read next. */
export async function forgetXrefs(
  db: Database,
  xrefs: readonly (XrefScope & { readonly key: string })[],
  by: string,
): Promise<void> {
  const byScope = Map.groupBy(xrefs, ({ entity, source, target }) =>
    JSON.stringify([entity, source, target]),
  );
  await db.transaction().execute(async (tx) => {
    for (const some of byScope.values()) {
      const { entity, source, target } = present(some[0], 'one of a group');
      const scope = { entity, source, target };
      const keys = some.map(({ key }) => key);
      await deleteXrefs(tx, scope, keys);
      await forgetWhatWasDelivered(tx, { scope, keys });
      await forgetErased(tx, { scope, keys });
      await keepAuditEntry(tx, { deed: 'forget ids', by, count: keys.length, about: { scope, keys } });
    }
  });
}
