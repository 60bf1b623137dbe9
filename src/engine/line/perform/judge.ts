import type { WriteResult } from '../../../contract/connector.ts';
import { contradictedId } from '../../../contract/id-faults.ts';
import { present } from '../../../contract/present.ts';
import type { TargetDeed } from '../../../store/history/block.ts';
import type { Delivery } from '../../../store/line/deliveries.ts';
import type { Xref } from '../../../store/line/xrefs.ts';
import { aboutOf, verdictFor } from '../../verdict.ts';
import { holdOrFail, holdWhile } from '../../waiting/hold-or-fail.ts';
import type { ForTarget } from '../decide/effect.ts';
import type { ItemEnd, NotThrough } from '../item.ts';
import type { Line } from '../open-line.ts';
import { faultOfId } from './ask-target.ts';
import { holdGivenUp, holdInDoubt, isRefusal, mayStillHappen } from './in-doubt.ts';
import type { Done } from './send.ts';

interface TargetState {
  /** The system as a whole is away, and looked for again after this. */
  readonly awayMs: number | undefined;
  /** Nothing of this kind may be written over the connection, while other things may. */
  readonly pausedMs: number | undefined;
  /** How long it may be at work on a create that was given up. */
  readonly settleMs: number;
  /** What of it has got an answer. */
  readonly answered: ReadonlySet<ForTarget['do']>;
  /** What the records were known by before. */
  readonly xrefs: ReadonlyMap<string, Xref>;
  /** What they were given before. */
  readonly recorded: ReadonlyMap<string, Delivery>;
}

/** How it ended for a record, from what the target said of it and of the others. */
export function judge(line: Line, done: Done, known: TargetState): ItemEnd {
  const end = judgeDone(line, done, known);
  if (end.outcome !== 'failed' || end.stage === 'validate') return end;
  const { text, measure } = done.effect.record;
  return { ...end, made: { text, ...(measure !== undefined && { measure }) } };
}

function judgeDone(line: Line, done: Done, known: TargetState): ItemEnd {
  const { effect, result } = done;
  const { item } = effect.record;
  if (effect.do === 'wait') return holdInDoubt(line, item, effect);
  if (effect.do === 'giveUp') return { item, outcome: 'failed', stage: 'write', fault: effect.fault };
  if (effect.do === 'refuse') return { item, outcome: 'failed', stage: 'validate', fault: effect.fault };
  if (!result.ok) return notThrough(line, { ...done, result }, known);
  if (effect.do === 'nothing') return { item, outcome: 'unchanged' };
  return through(line, { ...done, result }, known);
}

function through(
  line: Line,
  { effect, result, id }: Done & { readonly result: Extract<WriteResult, { ok: true }> },
  { xrefs, recorded }: TargetState,
): ItemEnd {
  const { item, fingerprint, measure, absence } = effect.record;
  const { key } = item.record;
  const xref = xrefs.get(key);
  const isDelete = effect.do === 'delete';
  const targetId = isDelete ? (id ?? result.id ?? key) : (result.id ?? id ?? key);
  const fault =
    faultOfId(line.plan, targetId) ?? (isDelete ? undefined : contradictedId({ key, id }, result.id));
  // It is written, and stays reserved: whoever replays it asks for it first.
  if (fault) {
    return { item, outcome: 'failed', stage: 'record', fault, doubtMs: 0, ...triedOf(line, effect) };
  }
  return {
    item,
    outcome: 'delivered',
    did: present(deeds[effect.do], 'what was done about a record'),
    fingerprint,
    ...(line.plan.history === 'full' && sentOf(effect)),
    ...(measure !== undefined && { measure }),
    ...(absence && { absence }),
    targetId,
    isNewId: !isDelete && targetId !== xref?.targetId && targetId !== key,
    // A create has been reserved.
    ...(effect.do !== 'create' && xref === undefined && !recorded.has(key) && { isFirst: true }),
  };
}

type Failed = Done & { readonly result: Extract<WriteResult, { ok: false }> };

function notThrough(
  line: Line,
  { effect, result, isFirst }: Failed,
  { awayMs, pausedMs, settleMs, answered }: TargetState,
): NotThrough {
  const { item } = effect.record;
  const { fault } = result;
  const isAway = awayMs !== undefined && aboutOf(fault) !== 'record';
  const waitMs = isAway ? awayMs : fault.kind === 'config' ? pausedMs : undefined;
  const isUnwritten = result.isUnwritten === true || isRefusal(fault);
  // Others may do the same, or are found: it is only this record that is locked.
  const isOthers = effect.do === 'fail' || answered.has(effect.do);
  const isOwn = fault.kind === 'config' && aboutOf(fault) === 'unclear' && isOthers;
  const end: NotThrough = {
    ...(isOwn
      ? { item, outcome: 'failed', stage: 'write', fault }
      : waitMs !== undefined
        ? holdWhile(line, item, { fault, ms: waitMs })
        : holdOrFail(line, item, fault)),
    ...(isUnwritten && { isUnwritten }),
    ...triedOf(line, effect),
  };
  if (effect.do !== 'create') return end;
  if (isRefusal(fault) || (isFirst && isUnwritten)) return { ...end, isUndone: true };
  if (settleMs === 0) return end;
  // It was sent only where no earlier attempt could be under way: what is known of this one is true of all.
  if (!mayStillHappen(result)) return { ...end, doubtMs: 0 };
  return isAway || verdictFor(fault).do === 'park'
    ? { ...end, doubtMs: settleMs }
    : { ...holdGivenUp(line, item, { fault, settleMs }), ...triedOf(line, effect) };
}

/** What of effects is something done at the target. */
const deeds: Readonly<Partial<Record<ForTarget['do'], TargetDeed>>> = {
  update: 'update',
  upsert: 'upsert',
  delete: 'delete',
  create: 'create',
  confirm: 'confirm',
};

function triedOf(line: Line, effect: ForTarget): Pick<NotThrough, 'tried' | 'sent'> {
  const tried = deeds[effect.do];
  return tried === undefined ? {} : { tried, ...(line.plan.history === 'full' && sentOf(effect)) };
}

/** Kept only where all is: what went down the line, and with which result, says it as well. */
function sentOf({ record, do: effect }: ForTarget): { readonly sent?: string } {
  return effect === 'confirm' ? {} : { sent: record.text };
}

/** Did the target say what it thinks of this record? */
export function isAnswer(result: WriteResult): boolean {
  return result.ok || aboutOf(result.fault) === 'record';
}
