import { isExactNumber } from '../../contract/exact-json/json-number.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject, setMember } from '../../contract/json.ts';
import { type Deviation, formatSegments } from '../../schema/deviation.ts';
import type { Plan, TargetPlan } from '../../workspace/compile/plan.ts';
import { type ForTarget, type Knowledge, lastDelivery } from '../line/decide/effect.ts';
import type { Absence } from '../line/item.ts';
import { formatMember, membersOf, union, vanishedFrom, withNulls } from './members-of.ts';

/**
 * Compares what is about to be sent with the members that the target was given before. What has vanished is left to it,
 * or sent as `null`, as `target.absent` says; only what updates a record does either. The fingerprint stays that of the
 * payload without the nulls, so that the next run finds nothing changed.
 */
export function heedAbsent(plan: Plan, effect: ForTarget, known: Knowledge): ForTarget {
  if (!isWatched(plan.target) || !isWrite(effect)) return effect;
  const { members } = known;
  const own = membersOf(effect.record.payload);
  if (own === undefined) {
    return isJsonObject(effect.record.payload)
      ? withAbsence(plan, effect, { paths: [], isUnwatched: true })
      : effect;
  }
  const set = members.setOf(own);
  const lastId = lastSetOf(effect, known);
  const last = lastId === undefined ? undefined : members.set(lastId);
  if (last === undefined) return withAbsence(plan, effect, { paths: [], set });
  const vanished = last === set ? [] : vanishedFrom(effect.record.payload, last);
  if (vanished.length === 0) return withAbsence(plan, effect, { paths: [], set });
  const paths = vanished.map(formatMember);
  // What is left to the target may be cleared another time.
  if (plan.target.absent === 'keep') return withAbsence(plan, effect, { paths, set: union(last, set) });
  return withAbsence(plan, cleared(plan, effect, vanished), { paths, set });
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
function lastSetOf(effect: ForTarget, known: Knowledge): number | undefined {
  if (effect.do !== 'update' && effect.do !== 'upsert') return undefined;
  return lastDelivery(known, effect.record.item.record.key)?.members;
}

function isWrite(effect: ForTarget): boolean {
  return (
    effect.do === 'update' || effect.do === 'upsert' || effect.do === 'create' || effect.do === 'confirm'
  );
}

function cleared(plan: Plan, effect: ForTarget, vanished: readonly (readonly string[])[]): ForTarget {
  const { record } = effect;
  const payload = withNulls(record.payload, vanished);
  const why = whyUnfit(plan, record.payload, payload);
  if (why === undefined) return { ...effect, record: { ...record, payload } };
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

function withAbsence(
  { target }: Plan,
  effect: ForTarget,
  { isUnwatched = false, ...said }: Pick<Absence, 'paths' | 'set'> & { readonly isUnwatched?: boolean },
): ForTarget {
  const absence: Absence = { ...said, fate: fateOf(target), isUnwatched };
  return { ...effect, record: { ...effect.record, absence } };
}
