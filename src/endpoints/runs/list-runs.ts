import { flowsWith } from '../../app/access/caller.ts';
import { countOpenBeside, pageRuns } from '../../app/runs/list-runs.ts';
import type { ListRunsInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

export const listRunsEndpoint: Endpoint<ListRunsInput> = {
  id: 'listRuns',
  method: 'GET',
  path: '/runs',
  subject: 'runs',
  summary: 'Runs, the newest first',
  role: 'viewer',
  reach: 'some',
  answer: 'runs-list',
  async handle({ open, caller }, { limit = 50, cursor, since, until, ...wish }) {
    const flows = flowsWith(caller, 'viewer');
    const filter = {
      ...wish,
      flows,
      ...(since !== undefined && { since: new Date(since) }),
      ...(until !== undefined && { until: new Date(until) }),
    };
    const { items, next } = await pageRuns(open, filter, { limit, cursor });
    const { drift, waiting } = await countOpenBeside(open, { flow: wish.flow, flows });
    return { runs: items, drift, waiting, ...(next !== undefined && { next }) };
  },
};
