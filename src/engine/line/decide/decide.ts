import type { Found } from '../../../contract/connector.ts';
import { Fault } from '../../../contract/fault.ts';
import { present } from '../../../contract/present.ts';
import type { Xref } from '../../../store/line/xrefs.ts';
import type { Plan } from '../../../workspace/compile/plan.ts';
import { heedAbsent } from '../../absent/heed-absent.ts';
import { withoutTakenIds } from '../../reference/taken-ids.ts';
import type { Item, MappedItem } from '../item.ts';
import type { LeftOut } from '../pass-record.ts';
import { comparePayload } from './compare-payload.ts';
import { isUnordered } from './compare-versions.ts';
import { decideCreate, type Look } from './decide-create.ts';
import {
  type Effect,
  type ForTarget,
  type Knowledge,
  lastDelivery,
  type MadeRecord,
  withId,
} from './effect.ts';

/**
 * What is done about each record, in their order, with what is known of them by now. The line performs it, a forecast
 * shows it; nothing is asked, read or written here. Of no key more than one.
 *
 * Where the target has to be asked first, that is the effect (`ask`); with its answer it is decided anew, by itself.
 */
export function decide(plan: Plan, made: readonly MadeRecord[], known: Knowledge): readonly Effect[] {
  const effects = made.map((each) =>
    'left' in each ? leave(plan, each, known) : compare(plan, each, known),
  );
  const changed = effects.flatMap((each) => ('do' in each ? [] : [each]));
  const atTarget = decideAtTarget(plan, changed, known).values();
  return effects.map((each) => ('do' in each ? each : present(atTarget.next().value, 'one effect a record')));
}

/** The same for records that are to be written: what has been compared, and is not what the target was given last. */
export function decideAtTarget(
  plan: Plan,
  changed: readonly MappedItem[],
  known: Knowledge,
): readonly ForTarget[] {
  const effects = changed.map((record) => toWrite(plan, record, known));
  return withoutTakenIds(effects, known.owners).map((effect) => heedAbsent(plan, effect, known));
}

/** What a flow has created it does not write again: it waits for nothing, whatever the flow refers to by now. */
function leave(
  { target }: Plan,
  { item, left }: { readonly item: Item; readonly left: LeftOut },
  { xrefs }: Knowledge,
): Effect {
  const isCreated = target.write === 'create' && xrefs.get(item.record.key)?.targetId !== undefined;
  return left.end === 'blocked' && isCreated
    ? { do: 'skip', item, outcome: 'unchanged', isCreated }
    : { do: 'leave', item, left };
}

/** What the target already has, and what is older than what it has, is not written. */
function compare(plan: Plan, record: MappedItem, { earlier, recorded }: Knowledge): Effect | MappedItem {
  const { item } = record;
  const { key } = item.record;
  const before = { earlier: earlier.get(key), recorded: recorded.get(key) };
  const outcome = comparePayload(record, before, plan.source.timezone);
  return outcome === 'changed' ? record : { do: 'skip', item, outcome };
}

/** Has a record that is to be written a version that cannot be ordered beside what was delivered last? */
export function isUnorderedBefore(
  { source }: Pick<Plan, 'source'>,
  { item }: MappedItem,
  known: Knowledge,
): boolean {
  const { key, version } = item.record;
  return isUnordered(version, lastDelivery(known, key)?.version, source.timezone);
}

function toWrite(plan: Plan, record: MappedItem, { xrefs, answers, settleMs }: Knowledge): ForTarget {
  const { target } = plan;
  const xref = xrefs.get(record.item.record.key);
  const known = xref?.targetId;
  if (!mayCreate(target)) return { do: target.write, record, ...withId(known ?? keyAsId(target, record)) };
  const isLooked = mustLook(target, xref);
  if (isLooked && target.resource.find && !answers.has(record.item)) return { do: 'ask', record };
  const hit = isLooked ? answers.get(record.item) : undefined;
  const found =
    target.write === 'create' ? toCreated(record, { known, hit }) : toUpdate(record, { known, hit });
  return found ?? toCreate(plan, record, { xref, look: isLooked ? 'absent' : 'not yet', settleMs });
}

/** An upsert that the target does not have is composed of find, create and update. */
function mayCreate({ resource, write }: Plan['target']): boolean {
  return write === 'create' || (write === 'upsert' && !resource.upsert);
}

/** Is it looked up at the target before it is decided what to do with it? */
function mustLook({ write }: Plan['target'], xref: Xref | undefined): boolean {
  if (xref?.targetId !== undefined) return false;
  return decideCreate(xref, 'not yet', { looksFirst: write === 'upsert', settleMs: 0 }) === 'look';
}

interface Hit {
  readonly known: string | undefined;
  readonly hit: Found | Fault | undefined;
}

/** What the target has, or may have, is not created. */
function toCreated(record: MappedItem, { known, hit }: Hit): ForTarget | undefined {
  if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
  if (known !== undefined) return { do: 'nothing', record };
  return hit && { do: 'confirm', record, id: hit.id, isFound: true };
}

/**
 * What was known to be at the target is updated even if it is gone: that fails, and a person decides. To create it
 * anew would make a second one of an order that has only been posted or archived.
 */
function toUpdate(record: MappedItem, { known, hit }: Hit): ForTarget | undefined {
  if (hit instanceof Fault) return { do: 'fail', record, fault: hit };
  const id = hit?.id ?? known;
  if (id === undefined) return undefined;
  const isFound = hit !== undefined;
  return { do: 'update', record, id, isFound, ...(hit?.etag !== undefined && { etag: hit.etag }) };
}

interface NotFound {
  readonly xref: Xref | undefined;
  readonly look: Look;
  readonly settleMs: number;
}

function toCreate(plan: Plan, record: MappedItem, { xref, look, settleMs }: NotFound): ForTarget {
  const { target } = plan;
  const rules = { looksFirst: target.write === 'upsert', settleMs };
  if (decideCreate(xref, look, rules) === 'wait') return { do: 'wait', record, doubt: xref?.doubt, settleMs };
  if (xref?.isErased && !target.resource.find && !target.resource.isCreateRepeatable)
    return { do: 'giveUp', record, fault: erasedBefore(target) };
  const isUsedUp = xref?.doubt !== undefined && record.item.attempts >= plan.retry.attempts;
  return isUsedUp
    ? { do: 'giveUp', record, fault: givenUpForGood(target, record.item) }
    : { do: 'create', record };
}

function erasedBefore({ connection }: Plan['target']): Fault {
  return new Fault(
    'TL_TARGET_UNKNOWN',
    `what was known of this record was erased, and ${connection} cannot be asked whether it has it: \`tradelane xref set\` says which id it has, \`tradelane xref forget --key KEY --force\` that it is to be made`,
  );
}

/** Looked for until its end, and its attempts are used up by now. */
function givenUpForGood({ connection }: Plan['target'], { attempts }: Item): Fault {
  const creates = attempts === 1 ? '1 create' : `${attempts} creates`;
  return new Fault(
    'TL_TARGET_UNKNOWN',
    `${connection} gave no clear answer to ${creates} of it, and does not have it`,
  );
}

/** Where nothing can be looked up, the key is the only id there is. */
function keyAsId({ resource }: Plan['target'], { item }: MappedItem): string | undefined {
  return resource.find ? undefined : item.record.key;
}
