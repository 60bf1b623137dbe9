import { createHash, type Hash, hash } from 'node:crypto';
import { tellWay } from '../../engine/bulks/replay-way.ts';
import { type ForecastEffect, forecastEffects } from '../../engine/forecast/forecast-record.ts';
import type { FrozenError, Unread } from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { ReplayManner } from './replay-manner.ts';

/**
 * What a plan of a replay depends on, each part by a hash, so that it can be said later which of them has moved. It is
 * not kept anywhere: who replays by it has it worked out once more. Counts stand in clear.
 */
export interface PlanParts {
  /** When an error of the set changed last, in microseconds since 1970: what is newer has moved. */
  readonly seenAt: number;
  readonly counts: Readonly<Record<ForecastEffect, number>>;
  /** Errors and their versions. */
  readonly set: string;
  readonly manner: string;
  readonly flows: string;
  /** What would be sent for each record, and what the target has otherwise. */
  readonly effects: string;
}

/** `c998x2-1f0a…`: counts, then the hashes, and at the end the time. */
export function formatPlan({ seenAt, counts, set, manner, flows, effects }: PlanParts): string {
  const told = forecastEffects.flatMap((effect) =>
    counts[effect] > 0 ? [`${letters[effect]}${counts[effect]}`] : [],
  );
  return [told.join('') || 'none', set, manner, flows, effects, seenAt.toString(36)].join('-');
}

/** `undefined`: that is no plan. */
export function parsePlan(text: string): PlanParts | undefined {
  const match = shape.exec(text.trim());
  if (match?.groups === undefined) return undefined;
  const { counted = '', set = '', manner = '', flows = '', effects = '', seen = '' } = match.groups;
  const counts = Object.fromEntries(
    forecastEffects.map((effect) => {
      const count = new RegExp(`${letters[effect]}(\\d+)`).exec(counted)?.[1];
      return [effect, Number(count ?? 0)];
    }),
  ) as Record<ForecastEffect, number>;
  return { counts, set, manner, flows, effects, seenAt: Number.parseInt(seen, 36) };
}

const shape =
  /^(?<counted>none|(?:[a-z]\d+)+)-(?<set>[0-9a-f]{8})-(?<manner>[0-9a-f]{8})-(?<flows>[0-9a-f]{8})-(?<effects>[0-9a-f]{16})-(?<seen>[0-9a-z]+)$/;

const letters: Readonly<Record<ForecastEffect, string>> = {
  create: 'c',
  update: 'u',
  upsert: 'p',
  delete: 'd',
  unchanged: 'n',
  filtered: 'f',
  superseded: 's',
  blocked: 'b',
  fails: 'x',
  waits: 'w',
};

/** The set: ids, and the versions of what they hold. */
export function hashSet(
  frozen: readonly FrozenError[],
  unread: readonly Pick<Unread, 'id' | 'raw'>[],
): string {
  const digest = createHash('sha256');
  for (const { id, version } of frozen) digest.update(`${id}:${version.source ?? ''}:${version.held}\n`);
  for (const { id, raw } of unread) digest.update(`${id}:${hash('sha256', raw)}\n`);
  return cut(digest, 8);
}

export function hashManner({ patch, way }: ReplayManner): string {
  return hash('sha256', JSON.stringify([patch?.wish ?? null, tellWay(way)])).slice(0, 8);
}

export function hashFlows(plans: readonly Plan[]): string {
  return hash('sha256', plans.map((plan) => plan.hash).join()).slice(0, 8);
}

/** The hash of all effects, when the last one has come. */
export function finishEffects(digest: Hash): string {
  return cut(digest, 16);
}

function cut(digest: Hash, length: number): string {
  return digest.digest('hex').slice(0, length);
}

/** What is not as in the plan; nothing: all of it is. `newer`: errors that have changed since. */
export function tellMoved(planned: PlanParts, now: PlanParts, newer: number): readonly string[] {
  const told: string[] = [];
  if (planned.set !== now.set) told.push(tellSet(planned, now, newer));
  if (planned.manner !== now.manner) told.push('it is another patch, or another way to replay');
  if (planned.flows !== now.flows) told.push('a flow has other files');
  const counts = forecastEffects.flatMap((effect) => {
    const [before, after] = [planned.counts[effect], now.counts[effect]];
    return before === after ? [] : [`${after} would be ${words[effect]}, not ${before}`];
  });
  told.push(...counts);
  if (told.length === 0 && planned.effects !== now.effects)
    told.push('what would be sent, or what the target has, is not the same');
  return told;
}

function tellSet(planned: PlanParts, now: PlanParts, newer: number): string {
  const [before, after] = [sizeOf(planned), sizeOf(now)];
  const size = before === after ? 'other errors fit' : `${after} errors fit, not ${before}`;
  return newer === 0 ? size : `${size}; ${newer} ${newer === 1 ? 'has' : 'have'} changed since`;
}

function sizeOf({ counts }: PlanParts): number {
  return forecastEffects.reduce((sum, effect) => sum + counts[effect], 0);
}

const words: Readonly<Record<ForecastEffect, string>> = {
  create: 'created',
  update: 'updated',
  upsert: 'created or updated',
  delete: 'deleted',
  unchanged: 'unchanged',
  filtered: 'filtered',
  superseded: 'superseded',
  blocked: 'blocked',
  fails: 'failing again',
  waits: 'waiting',
};
