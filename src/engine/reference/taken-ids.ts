import { Fault } from '../../contract/fault.ts';
import { takenId } from '../../contract/id-faults.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import { findXrefsById } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Answers, ForTarget, Owner } from '../line/decide/effect.ts';
import type { ItemEnd } from '../line/item.ts';

/** A record, and the id that it was not known by so far. */
interface NewId {
  readonly key: string;
  readonly id: string;
}

/** A find that gives one record for several keys: none of them is written to it. */
export function withoutTakenIds(
  effects: readonly ForTarget[],
  owners: readonly Owner[],
): readonly ForTarget[] {
  const found = effects.flatMap((effect) =>
    'isFound' in effect && effect.isFound ? [{ key: effect.record.item.record.key, id: effect.id }] : [],
  );
  if (found.length === 0) return effects;
  const taken = takenBy(found, owners);
  return effects.map((effect) => {
    const fault = taken.get(effect.record.item.record.key);
    return fault ? { do: 'fail', record: effect.record, fault } : effect;
  });
}

/** Who is known by one of the ids that the target has answered. */
export async function loadOwners(
  db: Database,
  scope: XrefScope,
  answers: Answers,
): Promise<readonly Owner[]> {
  const ids = [...answers.values()].flatMap((hit) =>
    hit === undefined || hit instanceof Fault ? [] : [hit.id],
  );
  return ids.length === 0 ? [] : await findXrefsById(db, scope, ids);
}

/** Two keys on one id are two errors: what is written to one of them would change the other. */
export async function refuseTakenIds(
  db: Database,
  scope: XrefScope,
  ended: readonly ItemEnd[],
): Promise<readonly ItemEnd[]> {
  const given = ended.flatMap((end) =>
    hasNewId(end) ? [{ key: end.item.record.key, id: end.targetId }] : [],
  );
  const owners = await findXrefsById(
    db,
    scope,
    given.map(({ id }) => id),
  );
  const taken = takenBy(given, owners);
  return ended.map((end) => {
    if (!hasNewId(end)) return end;
    const { item, did: tried } = end;
    const fault = taken.get(item.record.key);
    return fault ? { item, outcome: 'failed', stage: 'write', fault, doubtMs: 0, tried } : end;
  });
}

/** Has the record an id at the target that was not known before? */
export function hasNewId(
  end: ItemEnd,
): end is Extract<ItemEnd, { outcome: 'delivered' }> & { targetId: string } {
  return end.outcome === 'delivered' && end.isNewId === true && end.targetId !== undefined;
}

function takenBy(given: readonly NewId[], owners: readonly Owner[]): ReadonlyMap<string, Fault> {
  const keysOfIds = Map.groupBy(
    [...given, ...owners.map(({ key, targetId }) => ({ key, id: targetId }))],
    ({ id }) => id,
  );
  return new Map(
    given.flatMap(({ key, id }) => {
      const other = keysOfIds.get(id)?.find((one) => one.key !== key);
      return other ? [[key, takenId({ key, id, other: other.key })]] : [];
    }),
  );
}
