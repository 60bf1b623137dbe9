import { flowsWith } from '../../app/access/caller.ts';
import { requireKnownFlow } from '../../app/open/known-flow.ts';
import { listComingTicks } from '../../app/schedule/coming-ticks.ts';
import { loadWholeStatus, toStatusDocument } from '../../app/status/status.ts';
import type { ShowScheduleInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

export const showStatusEndpoint: Endpoint = {
  id: 'showStatus',
  method: 'GET',
  path: '/status',
  subject: 'flows',
  summary: 'How every flow stands, and what needs a person',
  role: 'viewer',
  reach: 'some',
  answer: 'status',
  handle: async ({ open, caller }) =>
    toStatusDocument(await loadWholeStatus(open, flowsWith(caller, 'viewer'))),
};

export const showScheduleEndpoint: Endpoint<ShowScheduleInput> = {
  id: 'showSchedule',
  method: 'GET',
  path: '/schedule',
  subject: 'flows',
  summary: 'When flows run by themselves in the hours to come',
  description:
    'The coming day, if nothing else is said. Each time as it is shown in the zone of its schedule.',
  role: 'viewer',
  reach: 'some',
  answer: 'schedule',
  async handle({ open, caller }, { hours = 24, flow }) {
    const scope = flowsWith(caller, 'viewer');
    await requireKnownFlow(open, flow, scope);
    return await listComingTicks(open, { hours, flow, scope });
  },
};
