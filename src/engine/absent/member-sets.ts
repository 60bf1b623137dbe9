import { keepMemberSets, loadMemberSets, loadMemberSetsOf } from '../../store/line/member-sets.ts';
import type { Database } from '../../store/postgres/database.ts';
import { toSet } from './members-of.ts';

/** Sets of members as this process knows them: what comes again with every record is looked up once. */
export interface MemberSets {
  /** The one set of these members, in whatever order they come. */
  setOf(members: string): string;
  /** Makes sure that sets are known: those that records had, by id, of a flow. */
  load(db: Database, ids: readonly number[]): Promise<void>;
  /** Makes sure that sets have ids, unless they are too many of a flow. */
  keep(db: Database, flow: string, sets: readonly string[]): Promise<void>;
  set(id: number): string | undefined;
  id(flow: string, set: string): number | undefined;
}

const maxOrders = 20_000;

/** @param keep - gives sets of a flow ids. */
export function createMemberSets(keep = keepMemberSets): MemberSets {
  const ordered = new Map<string, string>();
  const sets = new Map<number, string>();
  const ids = new Map<string, number>();
  /** Flows that have as many sets as are kept, all of which are known. */
  const full = new Set<string>();
  const remember = (flow: string, found: Iterable<readonly [set: string, id: number]>): void => {
    for (const [set, id] of found) {
      ids.set(`${flow}\n${set}`, id);
      sets.set(id, set);
    }
  };
  return {
    setOf: (members) => {
      const known = ordered.get(members);
      if (known !== undefined) return known;
      if (ordered.size > maxOrders) ordered.clear();
      const set = toSet(members);
      ordered.set(members, set);
      return set;
    },
    load: async (db, wanted) => {
      const missing = wanted.filter((id) => !sets.has(id));
      if (missing.length === 0) return;
      for (const [id, set] of await loadMemberSets(db, missing)) sets.set(id, set);
    },
    keep: async (db, flow, wanted) => {
      const missing = full.has(flow) ? [] : wanted.filter((set) => !ids.has(`${flow}\n${set}`));
      if (missing.length === 0) return;
      const kept = await keep(db, flow, missing);
      remember(flow, kept);
      if (missing.every((set) => kept.has(set))) return;
      remember(flow, await loadMemberSetsOf(db, flow));
      full.add(flow);
    },
    set: (id) => sets.get(id),
    id: (flow, set) => ids.get(`${flow}\n${set}`),
  };
}

/** For who may not write: sets that nobody has kept yet get numbers of their own. */
export function createPassingMemberSets(): MemberSets {
  let last = 0;
  return createMemberSets(async (_db, _flow, sets) => new Map(sets.map((set) => [set, --last])));
}
