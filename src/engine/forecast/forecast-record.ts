import type { Found } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { Deviation } from '../../schema/deviation.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { ForTarget } from '../line/decide/effect.ts';
import { verdictFor } from '../verdict.ts';
import type { Difference } from './differences.ts';
import { changesOf, type SentPayload } from './what-is-sent.ts';

/** What a run would do about one record, in the order in which totals are shown. */
export const forecastEffects = [
  'create',
  'update',
  /** The target cannot be asked which of the two it would be. */
  'upsert',
  'delete',
  'unchanged',
  'filtered',
  'superseded',
  'blocked',
  'fails',
  /** Not now: behind another record of its key, or because a system gave no clear answer. */
  'waits',
] as const;

export type ForecastEffect = (typeof forecastEffects)[number];

export interface Forecast {
  /** Absent where no key could be read. */
  readonly key?: string;
  /** Of a replay: the id of the error. */
  readonly error?: number;
  readonly effect: ForecastEffect;
  /** Of an update: what would be changed. Private values are masked. */
  readonly differences: readonly ForecastDifference[];
  /** Members that the target was given before and that the record does not have any more, and what becomes of them. */
  readonly absent?: readonly ForecastAbsence[];
  /** Of what would be created, or where the target cannot be asked: what it would be given. Private values are masked. */
  readonly payload?: unknown;
  readonly fault?: { readonly code: string; readonly message: string; readonly at?: string };
  readonly reason?: string;
  /** What does not fit at a border, and would pass, or be taken out, or leave the record out. Samples are masked. */
  readonly drift?: readonly ForecastDrift[];
}

export interface ForecastAbsence {
  /** `address.street` */
  readonly path: string;
  readonly would: 'kept' | 'cleared';
}

export type ForecastDrift = Pick<Deviation, 'side' | 'kind' | 'expected' | 'got' | 'sample'> & {
  readonly path: string;
};

export type ForecastDifference = Pick<Difference, 'path'> & Partial<Pick<Difference, 'before' | 'after'>>;

/** As a forecast, before private values are masked. */
export interface Foreseen {
  readonly effect: ForecastEffect;
  readonly differences?: readonly Difference[];
  readonly absent?: readonly ForecastAbsence[];
  readonly payload?: unknown;
  readonly fault?: Fault;
  readonly reason?: string;
}

/** What the target answered for a record; `unasked`: it cannot be asked. */
export type Answer = Found | Fault | 'nothing' | 'unasked';

/** What an effect would be, seen with what the target has. */
export function foresee(
  target: Plan['target'],
  effect: ForTarget,
  { answer, sent }: { readonly answer: Answer; readonly sent: SentPayload | undefined },
): Foreseen {
  const foreseen = foreseeEffect(target, effect, { answer, sent });
  const isGiven = foreseen.effect === 'create' || (foreseen.effect === 'upsert' && sent !== undefined);
  return isGiven ? { ...foreseen, payload: sent?.record } : foreseen;
}

export const createdBefore: Foreseen = Object.freeze({
  effect: 'unchanged',
  reason: 'created before, which is done once',
});

export const createdJustNow: Foreseen = Object.freeze({
  effect: 'unchanged',
  reason: 'created by an earlier record of this key in the same run',
});

function foreseeEffect(
  target: Plan['target'],
  effect: ForTarget,
  { answer, sent }: { readonly answer: Answer; readonly sent: SentPayload | undefined },
): Foreseen {
  if (effect.do === 'ask') throw new Fault('TL_DEFECT', 'a forecast asks for everything before it decides');
  if (effect.do === 'fail') return foreseeFault(effect.fault);
  if (effect.do === 'nothing') return createdBefore;
  if (effect.do === 'confirm') {
    return { effect: 'unchanged', reason: 'created by an earlier attempt, of which only the reply was lost' };
  }
  if (effect.do === 'giveUp' || effect.do === 'refuse') return { effect: 'fails', fault: effect.fault };
  if (effect.do === 'wait') {
    return {
      effect: 'waits',
      reason: `in doubt: ${target.connection} may still be at work on an earlier create of it`,
    };
  }
  if (answer === 'unasked') return unasked(target, effect.do);
  if (answer instanceof Fault) {
    return { effect: effect.do, reason: `${target.connection} could not be asked for it: ${answer.message}` };
  }
  const found = answer === 'nothing' ? undefined : answer;
  switch (effect.do) {
    case 'create':
      return found ? foreseeFault(duplicate(target)) : { effect: 'create' };
    case 'upsert':
      return found ? update(target, sent, found) : { effect: 'create' };
    case 'update':
      return found ? update(target, sent, found) : updateOfNothing(target, effect.id);
    case 'delete':
      return found
        ? { effect: 'delete' }
        : { effect: 'unchanged', reason: `${target.connection} does not have it` };
  }
}

/** What is about the record alone ends it; anything else makes it wait. */
export function foreseeFault(fault: Fault): Foreseen {
  return { effect: verdictFor(fault).do === 'park' ? 'fails' : 'waits', fault };
}

function update(target: Plan['target'], sent: SentPayload | undefined, found: Found): Foreseen {
  const differences = sent === undefined ? [] : changesOf(target, sent, found);
  if (differences.length === 0) {
    const reason = 'the target has all of it already; it is written once more';
    return { effect: 'update', differences, reason };
  }
  const lost = sent?.replaces ? differences.filter(({ after }) => after === undefined) : [];
  if (lost.length === 0) return { effect: 'update', differences };
  const names = lost.slice(0, 5).map(({ path }) => path);
  const more = lost.length > names.length ? ` and ${lost.length - names.length} more` : '';
  const reason = `${target.connection} keeps only what is sent: ${names.join(', ')}${more} would be lost`;
  return { effect: 'update', differences, reason };
}

function updateOfNothing(target: Pick<Plan['target'], 'connection'>, id: string | undefined): Foreseen {
  if (id === undefined) {
    const message = `${target.connection} has no record with this key, which \`write: update\` could change`;
    return foreseeFault(new Fault('TL_TARGET_NOT_FOUND', message));
  }
  const reason = `${target.connection} does not have it under this key any more, only its id is known (${id}): it fails if that is gone`;
  return { effect: 'update', differences: [], reason };
}

function unasked({ connection }: Pick<Plan['target'], 'connection'>, what: ForecastEffect): Foreseen {
  if (what !== 'upsert' && what !== 'update') return { effect: what };
  const reason = `${connection} cannot be asked what it has`;
  return { effect: what, reason: what === 'upsert' ? `${reason}: create or update` : reason };
}

function duplicate({ connection }: Pick<Plan['target'], 'connection'>): Fault {
  const message = `${connection} has a record with this key already, and it was not this flow that created it`;
  return new Fault('TL_TARGET_DUPLICATE', message);
}
