import { planReplay } from '../../app/replay/plan-replay.ts';
import type { PlanReplayInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { toPatchWish, toWay } from './patch-input.ts';
import { flowsOfWhich, toDecidedWish } from './which-errors.ts';

export const planReplayEndpoint: Endpoint<PlanReplayInput> = {
  id: 'planReplay',
  method: 'POST',
  path: '/replay-plans',
  subject: 'bulk',
  summary: 'What a replay would do about each error, without doing it',
  description:
    'What would be created, updated (and how), unchanged, and what would fail again, from the own answers of the targets; writes nothing anywhere. Takes as long as asking them does, 45 seconds at the most. Its `plan` is a hash of all that it depends on: `makeBulk` with `expect` replays only if it is still true.',
  role: 'support',
  reach: flowsOfWhich,
  isLook: true,
  answer: 'replay-plan',
  handle(desk, { samples = 20, ...input }) {
    const { useEngine, around, dir, looks } = desk;
    const wish = {
      ...{ errors: toDecidedWish(desk, input), patch: toPatchWish(input), samples },
      way: toWay(input) ?? ({ flowOf: 'now', from: 'start' } as const),
    };
    return looks.take((signal) =>
      useEngine((runtime) => planReplay(around, { runtime, dir }, { ...wish, signal })),
    );
  },
};
