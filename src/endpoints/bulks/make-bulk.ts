import { makeBulk } from '../../app/bulks/make-bulk.ts';
import type { MakeBulkInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { toPatchWish, toWay } from './patch-input.ts';
import { flowsOfWhich, toDecidedWish } from './which-errors.ts';

export const makeBulkEndpoint: Endpoint<MakeBulkInput> = {
  id: 'makeBulk',
  method: 'POST',
  path: '/bulk',
  subject: 'bulk',
  summary: 'Freeze errors as a set, and have something done about each of them',
  description:
    'Replays them, as they are or patched, or settles or reopens them. The set is frozen as ids and versions when it is made; an engine works it off from then on, and what is not any more what it was leaves it. The answer says how many errors lie outside of the filter. Where nothing fits, no set is made.',
  role: 'support',
  reach: flowsOfWhich,
  answer: 'bulk-made',
  status: 202,
  async handle(desk, { kind, expect, reason, ...input }) {
    const { open, useEngine, caller, around } = desk;
    const patch = toPatchWish(input);
    const way = toWay(input);
    const wish = {
      ...{ kind, errors: toDecidedWish(desk, input) },
      ...(patch && { patch }),
      ...(way && { way }),
      ...(expect !== undefined && { expect }),
    };
    const tools = { open, useEngine, signal: around.stop };
    return await makeBulk(tools, wish, { by: caller.name, reason });
  },
};
