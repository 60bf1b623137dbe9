import { flowsWith } from '../../app/access/caller.ts';
import { coverDecisions } from '../../app/errors/cover-error.ts';
import { openStates } from '../../app/errors/error-filter.ts';
import { openIfNone, pageErrors } from '../../app/errors/list-errors.ts';
import type { ListErrorsInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { toWish } from './filter-input.ts';
import { seesValues } from './sees-values.ts';

export const listErrorsEndpoint: Endpoint<ListErrorsInput> = {
  id: 'listErrors',
  method: 'GET',
  path: '/errors',
  subject: 'errors',
  summary: 'Errors, in the order in which they came',
  role: 'viewer',
  reach: 'some',
  answer: 'errors-list',
  async handle({ open, caller }, { limit = 50, cursor, states = openStates, ...wish }) {
    const flows = flowsWith(caller, 'viewer');
    const { items, next, notes } = await pageErrors(
      open,
      { ...toWish(wish), states, flows, sees: flowsWith(caller, 'support') },
      { limit, cursor },
    );
    return {
      errors: items.map((error) => (seesValues(caller, error) ? error : coverDecisions(error))),
      ...(next !== undefined && { next }),
      ...(notes.length > 0 && { notes }),
      ...(await openIfNone(open, items, flows)),
    };
  },
};
