import type { Found, Resource } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { quoteName, whyNoName } from '../../contract/text/record-bounds.ts';
import type { Xref } from '../../store/line/xrefs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { type Doubt, decideCreate, type Look } from '../create/decide-create.ts';
import { givenUpForGood, settleMsOf } from '../create/in-doubt.ts';
import { withoutTakenIds } from '../reference/taken-ids.ts';
import { aboutOf, verdictFor } from '../verdict.ts';
import { askTarget } from '../waiting/circuit.ts';
import type { Mapped } from './item.ts';
import type { Line } from './open-line.ts';

export const writes = ['update', 'upsert', 'delete', 'create'] as const;

/** The id was not known before, and comes from the target's answer. */
interface Looked {
  readonly isFound: boolean;
}

/** What is done at the target about one record. */
export type Effect =
  | {
      readonly do: (typeof writes)[number];
      readonly record: Mapped;
      readonly id?: string;
      readonly etag?: string;
    }
  | ({ readonly do: 'update'; readonly record: Mapped; readonly id: string; readonly etag?: string } & Looked)
  /** An earlier attempt did create it, and only its reply was lost. */
  | ({ readonly do: 'confirm'; readonly record: Mapped; readonly id: string } & Looked)
  /** Already as it should be. */
  | { readonly do: 'nothing'; readonly record: Mapped }
  /** Not there, but the target may still be at work on an earlier attempt. `doubt` absent: it begins with this. */
  | {
      readonly do: 'wait';
      readonly record: Mapped;
      readonly doubt: Doubt | undefined;
      readonly settleMs: number;
    }
  /** Not there, nobody is at work on it any more, and its attempts are used up. */
  | { readonly do: 'giveUp'; readonly record: Mapped; readonly fault: Fault }
  /** What would have to be sent for it does not fit; the target is not asked. */
  | { readonly do: 'refuse'; readonly record: Mapped; readonly fault: Fault }
  /** It could not be looked up, although the target answers for other keys. */
  | { readonly do: 'fail'; readonly record: Mapped; readonly fault: Fault };

/** What it takes to ask a target: nothing of it can write. */
export type Asking = Pick<Line, 'plan' | 'signal'>;

/** Answers of the target by record; a Fault where it could not answer for that one alone. */
export type Answers = ReadonlyMap<Mapped, Found | Fault | undefined>;

/** Decides what to do with each record, looking up at the target only those that it must. */
export async function planEffects(
  line: Line,
  records: readonly Mapped[],
  xrefs: ReadonlyMap<string, Xref>,
): Promise<{ readonly effects: readonly Effect[]; readonly answers: Answers }> {
  const { target } = line.plan;
  const answers = await findEach(
    line,
    records.filter((record) => mustAsk(target, record, xrefs)),
  );
  const settleMs = await settleMsIfOpen(target, xrefs);
  const effects = decideEffects(line.plan, records, { xrefs, answers, settleMs });
  return { effects: await withoutTakenIds(line.engine.db, line.scope, effects), answers };
}

/** Asked only where a create of an earlier attempt is open: nothing else waits. */
export async function settleMsIfOpen(
  target: Plan['target'],
  xrefs: ReadonlyMap<string, Xref>,
): Promise<number> {
  for (const { targetId } of xrefs.values()) if (targetId === undefined) return await settleMsOf(target);
  return 0;
}

/** Is the target asked for a record before it is decided what to do with it? */
function mustAsk(target: Plan['target'], { item }: Mapped, xrefs: ReadonlyMap<string, Xref>): boolean {
  const xref = xrefs.get(item.record.key);
  if (xref?.targetId !== undefined || !mayCreate(target)) return false;
  return decideCreate(xref, 'not yet', { looksFirst: target.write === 'upsert', settleMs: 0 }) === 'look';
}

/** An upsert that the target does not have is composed of find, create and update. */
function mayCreate({ resource, write }: Plan['target']): boolean {
  return write === 'create' || (write === 'upsert' && !resource.upsert);
}

/** What is known when it is decided what to do with records. */
interface KnownOfThem {
  readonly xrefs: ReadonlyMap<string, Xref>;
  readonly answers: Answers;
  readonly settleMs: number;
}

/** What to do with each record, once the target has been asked for those that it must be asked for. */
export function decideEffects(
  plan: Pick<Plan, 'target' | 'retry'>,
  records: readonly Mapped[],
  { xrefs, answers, settleMs }: KnownOfThem,
): readonly Effect[] {
  const { target } = plan;
  return records.map((record) => {
    const xref = xrefs.get(record.item.record.key);
    const known = xref?.targetId;
    if (!mayCreate(target)) return { do: target.write, record, ...withId(known ?? keyAsId(target, record)) };
    const isAsked = mustAsk(target, record, xrefs);
    const hit = isAsked ? answers.get(record) : undefined;
    const found =
      target.write === 'create' ? toCreated(record, { known, hit }) : toUpdate(record, { known, hit });
    return found ?? toCreate(plan, record, { xref, look: isAsked ? 'absent' : 'not yet', settleMs });
  });
}

/** What the target has, or may have, is not created. */
function toCreated(record: Mapped, { known, hit }: Hit): Effect | undefined {
  if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
  if (known !== undefined) return { do: 'nothing', record };
  return hit && { do: 'confirm', record, id: hit.id, isFound: true };
}

interface Hit {
  readonly known: string | undefined;
  readonly hit: Found | Fault | undefined;
}

interface NotFound {
  readonly xref: Xref | undefined;
  readonly look: Look;
  readonly settleMs: number;
}

function toCreate(
  plan: Pick<Plan, 'target' | 'retry'>,
  record: Mapped,
  { xref, look, settleMs }: NotFound,
): Effect {
  const rules = { looksFirst: plan.target.write === 'upsert', settleMs };
  if (decideCreate(xref, look, rules) === 'wait') return { do: 'wait', record, doubt: xref?.doubt, settleMs };
  const isUsedUp = xref?.doubt !== undefined && record.item.attempts >= plan.retry.attempts;
  return isUsedUp
    ? { do: 'giveUp', record, fault: givenUpForGood(plan.target, record.item) }
    : { do: 'create', record };
}

/**
 * What was known to be at the target is updated even if it is gone: that fails, and a person decides. To create it
 * anew would make a second one of an order that has only been posted or archived.
 */
function toUpdate(record: Mapped, { known, hit }: Hit): Effect | undefined {
  if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
  const id = hit?.id ?? known;
  if (id === undefined) return undefined;
  const isFound = hit !== undefined;
  return { do: 'update', record, id, isFound, ...(hit?.etag !== undefined && { etag: hit.etag }) };
}

/** Where nothing can be looked up, the key is the only id there is. */
function keyAsId({ resource }: Plan['target'], { item }: Mapped): string | undefined {
  return resource.find ? undefined : item.record.key;
}

type Find = NonNullable<Resource['find']>;

/** Looks records up at the target by their keys. Throws a Fault where that says nothing of any of them. */
export async function findEach(line: Asking, records: readonly Mapped[]): Promise<Answers> {
  const find = line.plan.target.resource.find;
  if (!find || records.length === 0) return new Map();
  try {
    const answers = await find(
      records.map(({ item }) => item.record.key),
      line.signal,
    );
    return new Map(records.map((record, index) => [record, refuseNoId(line, answers[index])]));
  } catch (thrown) {
    // Stopped by ourselves: that says nothing of any record.
    line.signal.throwIfAborted();
    const fault = toFault(thrown);
    if (!isAboutOne(fault)) throw fault;
    if (aboutOf(fault) === 'unclear' && (await askTarget(line))) throw fault;
    if (records.length === 1) return new Map(records.map((record) => [record, fault]));
    if (isOfAll(fault) && (await areAll(line, find, records))) throw fault;
    // One key among them spoils the answer for all (there are two of it, say): ask for each by itself.
    return new Map(
      await Promise.all(records.map(async (record) => [record, await findOne(line, find, record)] as const)),
    );
  }
}

/** A question that is forbidden or wrong is so for most keys; only the answer to this one or that is too large. */
function isOfAll({ kind, code }: Fault): boolean {
  return kind === 'config' && code !== 'TL_SYSTEM_RESPONSE_TOO_LARGE';
}

/** Are a few of them, from all over the batch, misconfigured each by itself, so that it is not this key or that which is meant? */
async function areAll(line: Asking, find: Find, records: readonly Mapped[]): Promise<boolean> {
  const some = [records[0], records[Math.floor(records.length / 2)], records.at(-1)];
  for (const record of new Set(some)) {
    const answer = record && (await findOne(line, find, record));
    if (!(answer instanceof Fault) || answer.kind !== 'config') return false;
  }
  return true;
}

async function findOne(line: Asking, find: Find, { item }: Mapped): Promise<Found | Fault | undefined> {
  try {
    return refuseNoId(line, (await find([item.record.key], line.signal))[0]);
  } catch (thrown) {
    line.signal.throwIfAborted();
    const fault = toFault(thrown);
    if (!isAboutOne(fault)) throw fault;
    return fault;
  }
}

/** An id that cannot be kept is none that anything could be done with. */
function refuseNoId({ plan }: Asking, hit: Found | undefined): Found | Fault | undefined {
  return (hit && faultOfId(plan, hit.id)) ?? hit;
}

/** Why an id that the target gives cannot be kept; `undefined` if it can. */
export function faultOfId({ target }: Plan, id: string): Fault | undefined {
  const why = whyNoName(id);
  if (why === undefined) return undefined;
  const message = `${target.connection}.${target.resource.name}: the id ${quoteName(id)} that it gives ${why}`;
  return new Fault('TL_KEY_INVALID', message);
}

/** May it be that the system only minds one of the keys? */
function isAboutOne(fault: Fault): boolean {
  return verdictFor(fault).do === 'park' || aboutOf(fault) === 'unclear';
}

export function withId(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
