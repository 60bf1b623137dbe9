import { flowsWith } from '../../app/access/caller.ts';
import { openStates } from '../../app/errors/error-filter.ts';
import { openIfNone, pageErrors } from '../../app/errors/list-errors.ts';
import type { ListErrorsInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

export const listErrorsEndpoint: Endpoint<ListErrorsInput> = {
  id: 'listErrors',
  method: 'GET',
  path: '/errors',
  subject: 'errors',
  summary: 'Errors, in the order in which they came',
  role: 'viewer',
  reach: 'some',
  answer: 'errors-list',
  async handle({ open, caller }, { limit = 50, cursor, states = openStates, since, ...wish }) {
    const filter = {
      ...wish,
      states,
      flows: flowsWith(caller, 'viewer'),
      ...(since !== undefined && { since: new Date(since) }),
    };
    const { items, next, notes } = await pageErrors(open, filter, { limit, cursor });
    return {
      errors: items,
      ...(next !== undefined && { next }),
      ...(notes.length > 0 && { notes }),
      ...(await openIfNone(open, items)),
    };
  },
};
