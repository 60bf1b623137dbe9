import type { Fault } from '../../contract/fault.ts';
import { takenId } from '../../contract/id-faults.ts';
import { findXrefsById, type XrefScope } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Ended } from '../line/item.ts';
import type { Effect } from '../line/plan-effects.ts';

/** A record, and the id that it was not known by so far. */
interface NewId {
  readonly key: string;
  readonly id: string;
}

/** A find that gives one record for several keys: none of them is written to it. */
export async function withoutTakenIds(
  db: Database,
  scope: XrefScope,
  effects: readonly Effect[],
): Promise<readonly Effect[]> {
  const found = effects.flatMap((effect) =>
    'isFound' in effect && effect.isFound ? [{ key: effect.record.item.record.key, id: effect.id }] : [],
  );
  if (found.length === 0) return effects;
  const taken = await findTaken(db, scope, found);
  return effects.map((effect) => {
    const fault = taken.get(effect.record.item.record.key);
    return fault ? { do: 'fail', record: effect.record, fault } : effect;
  });
}

/** Two keys on one id are two errors: what is written to one of them would change the other. */
export async function refuseTakenIds(
  db: Database,
  scope: XrefScope,
  ended: readonly Ended[],
): Promise<readonly Ended[]> {
  const given = ended.flatMap((end) =>
    hasNewId(end) ? [{ key: end.item.record.key, id: end.targetId }] : [],
  );
  const taken = await findTaken(db, scope, given);
  return ended.map((end) => {
    const fault = hasNewId(end) ? taken.get(end.item.record.key) : undefined;
    return fault ? { item: end.item, outcome: 'failed', stage: 'write', fault, doubtMs: 0 } : end;
  });
}

/** Has the record an id at the target that was not known before? */
export function hasNewId(end: Ended): end is Extract<Ended, { outcome: 'delivered' }> & { targetId: string } {
  return end.outcome === 'delivered' && end.isNewId === true && end.targetId !== undefined;
}

async function findTaken(
  db: Database,
  scope: XrefScope,
  given: readonly NewId[],
): Promise<ReadonlyMap<string, Fault>> {
  const owners = await findXrefsById(
    db,
    scope,
    given.map(({ id }) => id),
  );
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
