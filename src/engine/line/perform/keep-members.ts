import type { Engine } from '../../engine.ts';
import type { ForTarget } from '../decide/effect.ts';

/** Gives the sets of members that the target then has the ids that they are kept under. */
export async function keepMembers(
  { db, members }: Pick<Engine, 'db' | 'members'>,
  flow: string,
  effects: readonly ForTarget[],
): Promise<readonly ForTarget[]> {
  const sets = effects.flatMap(({ record }) => record.absence?.set ?? []);
  if (sets.length === 0) return effects;
  await members.keep(db, flow, [...new Set(sets)]);
  return effects.map((effect) => {
    const { absence } = effect.record;
    if (absence?.set === undefined) return effect;
    const id = members.id(flow, absence.set);
    const kept = { ...absence, ...(id === undefined ? { isUnwatched: true } : { members: id }) };
    return { ...effect, record: { ...effect.record, absence: kept } };
  });
}
