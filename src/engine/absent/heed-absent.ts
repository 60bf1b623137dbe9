import { isExactNumber } from '../../contract/exact-json/json-number.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject, setMember } from '../../contract/json.ts';
import { type Deviation, formatSegments } from '../../schema/deviation.ts';
import type { Delivery } from '../../store/line/deliveries.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Plan, TargetPlan } from '../../workspace/compile/plan.ts';
import type { Absence, Mapped } from '../line/item.ts';
import type { Effect } from '../line/plan-effects.ts';
import type { MemberSets } from './member-sets.ts';
import { formatMember, membersOf, union, vanishedFrom, withNulls } from './members-of.ts';

export interface AbsenceTools {
  readonly db: Database;
  readonly plan: Plan;
  readonly members: MemberSets;
}

/**
 * Compares what is about to be sent with the members that the target was given before. What has vanished is left to it,
 * or sent as `null`, as `target.absent` says; only what updates a record does either. The fingerprint stays that of the
 * payload without the nulls, so that the next run finds nothing changed.
 *
 * @param before - what the target was last given for a key.
 */
export async function heedAbsent(
  { db, plan, members }: AbsenceTools,
  effects: readonly Effect[],
  before: (key: string) => Delivery | undefined,
): Promise<readonly Effect[]> {
  if (!isWatched(plan.target)) return effects;
  const known = effects.map((effect) => lastSetOf(effect, before));
  await members.load(db, [...new Set(known.filter((id) => id !== undefined))]);
  const heeded = effects.map((effect, index) => {
    const last = known[index];
    return heed(plan, effect, { members, last: last === undefined ? undefined : members.set(last) });
  });
  await members.keep(db, plan.flow, [...new Set(heeded.flatMap(({ set }) => set ?? []))]);
  return heeded.map(({ effect, paths, set, isTooLarge }) => {
    const id = set === undefined ? undefined : members.id(plan.flow, set);
    return withAbsence(effect, {
      ...(id !== undefined && { members: id }),
      ...{
        paths,
        fate: fateOf(plan.target),
        isUnwatched: isTooLarge === true || (set !== undefined && id === undefined),
      },
    });
  });
}

/** Does the target keep what an update does not name? Elsewhere nothing that is not sent remains. */
export function isWatched({ resource, write }: Pick<TargetPlan, 'resource' | 'write'>): boolean {
  if (write !== 'update' && write !== 'upsert') return false;
  const kind = write === 'upsert' && resource.upsert ? 'upsert' : 'update';
  return resource.replacing?.includes(kind) !== true;
}

function fateOf({ absent }: Pick<TargetPlan, 'absent'>): Absence['fate'] {
  return absent === 'clear' ? 'cleared' : 'kept';
}

/** What is made anew has nothing that could have vanished. */
function lastSetOf(effect: Effect, before: (key: string) => Delivery | undefined): number | undefined {
  if (effect.do !== 'update' && effect.do !== 'upsert') return undefined;
  return before(effect.record.item.record.key)?.members;
}

interface Heeded {
  readonly effect: Effect;
  readonly paths: Absence['paths'];
  /** Members that the target has of us with this. Absent: they are not watched. */
  readonly set?: string;
  /** It has too many members. */
  readonly isTooLarge?: true;
}

function heed(
  plan: Plan,
  effect: Effect,
  { members, last }: { readonly members: MemberSets; readonly last: string | undefined },
): Heeded {
  const own = isWrite(effect) ? membersOf(effect.record.payload) : undefined;
  if (own === undefined) {
    const isTooLarge = isWrite(effect) && isJsonObject(effect.record.payload);
    return { effect, paths: [], ...(isTooLarge && { isTooLarge }) };
  }
  const set = members.setOf(own);
  const vanished = last === undefined || last === set ? [] : vanishedFrom(effect.record.payload, last);
  if (vanished.length === 0) return { effect, paths: [], set };
  const paths = vanished.map(formatMember);
  // What is left to the target may be cleared another time.
  if (plan.target.absent === 'keep') return { effect, paths, set: union(last ?? '', set) };
  return { effect: cleared(plan, effect, vanished), paths, set };
}

function isWrite(effect: Effect): boolean {
  return (
    effect.do === 'update' || effect.do === 'upsert' || effect.do === 'create' || effect.do === 'confirm'
  );
}

function cleared(plan: Plan, effect: Effect, vanished: readonly (readonly string[])[]): Effect {
  const { record } = effect;
  const payload = withNulls(record.payload, vanished);
  const why = whyUnfit(plan, record.payload, payload);
  if (why === undefined) return { ...effect, record: { ...record, payload } } as Effect;
  const { connection, resource } = plan.target;
  const names = vanished.map((each) => `\`${formatMember(each)}\``).join(', ');
  const what = `${names} vanished from the record and cannot be cleared (target.absent: clear)`;
  const fault = new Fault('TL_VALIDATE_PAYLOAD', `${connection}.${resource.name}: ${what}: ${why}`);
  return { do: 'refuse', record, fault };
}

/** Why the nulls do not fit the schema of the payload, which let it through without them; `undefined` if they do. */
function whyUnfit({ steps, target }: Plan, before: unknown, payload: unknown): string | undefined {
  const validated = steps.validatePayload?.(withNumbersAsTexts(payload));
  if (validated === undefined) return undefined;
  if ('fault' in validated) return validated.fault.message;
  if ('skipped' in validated) return validated.skipped;
  if (validated.unfit.length === 0) return undefined;
  const known = steps.validatePayload?.(withNumbersAsTexts(before)).unfit ?? [];
  const fresh = validated.unfit.find((each) => !known.some((old) => isSame(old, each)));
  if (fresh === undefined) return undefined;
  return `payload for ${target.resource.name}: \`${formatSegments(fresh.segments)}\` ${fresh.expected}, got ${fresh.got}`;
}

function isSame(one: Deviation, other: Deviation): boolean {
  return one.rule === other.rule && formatSegments(one.segments) === formatSegments(other.segments);
}

/** A payload has been through its border: what is a number of many digits by now came there as text. */
function withNumbersAsTexts(value: unknown): unknown {
  if (isExactNumber(value)) return value.rawJSON;
  if (Array.isArray(value)) return value.map(withNumbersAsTexts);
  if (!isJsonObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) setMember(copy, name, withNumbersAsTexts(member));
  return copy;
}

function withAbsence(effect: Effect, absence: Absence): Effect {
  if (absence.members === undefined && absence.paths.length === 0 && !absence.isUnwatched) return effect;
  const record: Mapped = { ...effect.record, absence };
  return { ...effect, record };
}
