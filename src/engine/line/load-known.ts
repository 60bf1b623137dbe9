import type { Delivery } from '../../store/line/deliveries.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import { loadKnownKeys } from '../../store/line/known-keys.ts';
import type { Xref } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { isWatched } from '../absent/heed-absent.ts';
import type { MemberSets } from '../absent/member-sets.ts';
import type { Knowledge } from './decide/effect.ts';
import type { Item } from './item.ts';
import { settleMsOf } from './perform/in-doubt.ts';

/** Where what is known stands. Nothing of it can write to the target. */
export interface KnownFrom {
  readonly engine: { readonly db: Database; readonly members: MemberSets };
  readonly plan: Plan;
  readonly scope: XrefScope;
}

/** What is known of records before the target is asked. @param earlier - what was delivered just before. */
export async function loadKnown(
  { engine: { db, members }, plan, scope }: KnownFrom,
  { items, earlier }: { readonly items: readonly Item[]; readonly earlier: ReadonlyMap<string, Delivery> },
): Promise<Knowledge> {
  const keys = items.map(({ record }) => record.key);
  const { deliveries: recorded, xrefs } = await loadKnownKeys(db, { flow: plan.flow, scope }, keys);
  if (isWatched(plan.target)) {
    const sets = [...recorded.values(), ...earlier.values()].flatMap((delivery) => delivery.members ?? []);
    await members.load(db, [...new Set(sets)]);
  }
  const settleMs = await settleMsIfOpen(plan.target, xrefs);
  return { earlier, recorded, xrefs, settleMs, answers: new Map(), owners: [], members };
}

/** Asked only where a create of an earlier attempt is open: nothing else waits. */
async function settleMsIfOpen(target: Plan['target'], xrefs: ReadonlyMap<string, Xref>): Promise<number> {
  for (const { targetId } of xrefs.values()) if (targetId === undefined) return await settleMsOf(target);
  return 0;
}
