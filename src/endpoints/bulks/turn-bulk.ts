import { resumeBulk, turnBulkBy } from '../../app/bulks/bulks.ts';
import type { PauseBulkInput, ResumeBulkInput, StopBulkInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { flowsOfBulk } from './bulks.ts';

const turning = { method: 'POST', subject: 'bulk', role: 'support', reach: flowsOfBulk } as const;

export const pauseBulkEndpoint: Endpoint<PauseBulkInput> = {
  ...turning,
  id: 'pauseBulk',
  path: '/bulk/{bulk}/pause',
  summary: 'Send nothing more of a set until it is resumed',
  answer: 'bulk-pause',
  async handle({ open, caller }, { bulk: id, reason }) {
    return { bulk: await turnBulkBy(open, { id, turn: 'pause' }, { by: caller.name, reason }) };
  },
};

export const resumeBulkEndpoint: Endpoint<ResumeBulkInput> = {
  ...turning,
  id: 'resumeBulk',
  path: '/bulk/{bulk}/resume',
  summary: 'Go on with a set that is paused',
  answer: 'bulk-resume',
  async handle({ open, caller }, { bulk: id, reason }) {
    return { bulk: await resumeBulk(open, id, { by: caller.name, reason }) };
  },
};

export const stopBulkEndpoint: Endpoint<StopBulkInput> = {
  ...turning,
  id: 'stopBulk',
  path: '/bulk/{bulk}/stop',
  summary: 'End a set: what was not sent stays as it is',
  answer: 'bulk-stop',
  async handle({ open, caller }, { bulk: id, reason }) {
    return { bulk: await turnBulkBy(open, { id, turn: 'stop' }, { by: caller.name, reason }) };
  },
};
