import type { Fault } from '../../../contract/fault.ts';
import { watchFound } from '../../drift/watch-found.ts';
import { aboutOf, verdictFor } from '../../verdict.ts';
import { askTarget, isInDoubt, isPartly, noteAnswer, openCircuitOf } from '../../waiting/circuit.ts';
import { holdOrFail } from '../../waiting/hold-or-fail.ts';
import { type Effect, type ForTarget, isForTarget, type Knowledge, writes } from '../decide/effect.ts';
import type { ItemEnd } from '../item.ts';
import type { Line } from '../open-line.ts';
import { decideAsked } from './ask-target.ts';
import { settleMsOf } from './in-doubt.ts';
import { isAnswer, judge } from './judge.ts';
import { keepMembers } from './keep-members.ts';
import { type Done, send } from './send.ts';

/**
 * Does what has been decided, and says how it ended for each. Throws a Fault where the target could not be reached at
 * all: then nothing was written.
 */
export async function perform(
  line: Line,
  effects: readonly Effect[],
  known: Knowledge,
): Promise<readonly ItemEnd[]> {
  const left = effects.flatMap((effect) => (isForTarget(effect) ? [] : [endedBefore(line, effect)]));
  const open = effects.filter(isForTarget);
  if (open.length === 0) return left;
  const done = await effectAll(line, open, known);
  const outage = await findOutage(line, done);
  const awayMs = outage && (await openCircuitOf(line, outage));
  const answered = new Set(done.filter(({ result }) => isAnswer(result)).map(({ effect }) => effect.do));
  const settleMs = done.some(isFailedCreate) ? await settleMsOf(line.plan.target) : 0;
  const pausedMs = areForbidden(done) ? line.engine.limits.pauseMs : undefined;
  const { xrefs, recorded } = known;
  const knowledge = { awayMs, pausedMs, settleMs, xrefs, recorded, answered };
  return [...left, ...done.map((one) => judge(line, one, knowledge))];
}

/** How it ends for what the target is given nothing of. */
function endedBefore(line: Line, effect: Exclude<Effect, ForTarget>): ItemEnd {
  const { item } = effect;
  if (effect.do === 'skip') return { item, outcome: effect.outcome };
  const { left } = effect;
  switch (left.end) {
    case 'filtered':
      return { item, outcome: 'filtered', ...(left.reason !== undefined && { reason: left.reason }) };
    case 'blocked':
      return { item, outcome: 'blocked', missing: left.missing };
    case 'failed': {
      const { stage, fault } = left;
      if (verdictFor(fault).do !== 'park') return holdOrFail(line, item, fault);
      if (fault.kind === 'defect') line.engine.log.defect({ flow: line.plan.flow, stage }, fault);
      return { item, outcome: 'failed', stage, fault };
    }
  }
}

async function effectAll(
  line: Line,
  effects: readonly ForTarget[],
  known: Knowledge,
): Promise<readonly Done[]> {
  const decided = await decideAsked(line, effects, known);
  const first = await send(line, await keepMembers(line.engine, line.plan.flow, decided.effects));
  // Only now: between asking for a record and creating it, nothing may take time.
  await watchFound(line, decided.answers);
  const met = first.filter((done) => metAnother(line, done));
  if (met.length === 0) return first;
  const anew = met.map(({ effect: { record } }): ForTarget => ({ do: 'ask', record }));
  const again = await decideAsked(line, anew, { ...known, xrefs: new Map() });
  const second = await send(line, await keepMembers(line.engine, line.plan.flow, again.effects));
  return [...first.filter((done) => !met.includes(done)), ...second];
}

/** A create that met a record already there: somebody else made it meanwhile, and now it is an update. */
function metAnother(line: Line, { effect, result }: Done): boolean {
  const { resource, write } = line.plan.target;
  if (result.ok || effect.do !== 'create' || write !== 'upsert' || !resource.find) return false;
  return result.fault.code === 'TL_TARGET_DUPLICATE';
}

function isFailedCreate({ effect, result }: Done): boolean {
  return effect.do === 'create' && !result.ok;
}

/** What the system as a whole suffers from, if it is not these records that it minds. */
async function findOutage(line: Line, done: readonly Done[]): Promise<Fault | undefined> {
  // What we have stopped ourselves says nothing of the system.
  if (line.signal.aborted) return undefined;
  const asked = done.filter(({ effect }) => !['nothing', 'wait', 'giveUp', 'refuse'].includes(effect.do));
  const faults = asked.flatMap(({ result }) => (result.ok ? [] : [result.fault]));
  const said = faults.find((fault) => aboutOf(fault) === 'connection');
  if (said) return said;
  const doubt = faults.find((fault) => aboutOf(fault) === 'unclear');
  const isAnswered = asked.some(({ result }) => isAnswer(result));
  if (isAnswered) noteAnswer(line);
  if (isAnswered || !doubt || isPartly(line, doubt)) return undefined;
  const keys = asked.map(({ effect }) => effect.record.item.record.key);
  return isInDoubt(line, doubt, keys) ? doubt : await askTarget(line);
}

/** So many are forbidden or misconfigured, and none got through: it is not these that are meant. */
const manyForbidden = 3;

function areForbidden(done: readonly Done[]): boolean {
  const isAsked = ({ effect }: Done) => writes.some((each) => each === effect.do);
  const asked = done.filter(isAsked);
  const isForbidden = ({ result }: Done) => !result.ok && result.fault.kind === 'config';
  return asked.length >= manyForbidden && asked.every(isForbidden);
}
