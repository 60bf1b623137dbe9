import { flowsWith } from '../../app/access/caller.ts';
import { findCause, pageCauses } from '../../app/errors/causes.ts';
import { openIfNone } from '../../app/errors/list-errors.ts';
import type { ListCausesInput, ShowCauseInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { toWish } from './filter-input.ts';

export const listCausesEndpoint: Endpoint<ListCausesInput> = {
  id: 'listCauses',
  method: 'GET',
  path: '/causes',
  subject: 'errors',
  summary: 'Causes of errors, those with the most first',
  description:
    'Of open errors if nothing else is said, with their trend, the commonest values, and who sees to them.',
  role: 'viewer',
  reach: 'some',
  answer: 'errors-causes',
  async handle({ open, caller }, { limit = 50, cursor, states, ...wish }) {
    const flows = flowsWith(caller, 'viewer');
    const { items, next, notes } = await pageCauses(
      open,
      { ...toWish(wish), flows, sees: flowsWith(caller, 'support'), ...(states && { states }) },
      { limit, cursor },
    );
    return {
      causes: items,
      ...(next !== undefined && { next }),
      ...(notes.length > 0 && { notes }),
      ...(await openIfNone(open, items, flows)),
    };
  },
};

export const showCauseEndpoint: Endpoint<ShowCauseInput> = {
  id: 'showCause',
  method: 'GET',
  path: '/causes/{cause}',
  subject: 'errors',
  summary: 'One cause: what it means, its values, what has become of its errors',
  role: 'viewer',
  reach: 'some',
  answer: 'errors-cause',
  handle: ({ open, caller }, { cause }) =>
    findCause(open, cause, {
      flows: flowsWith(caller, 'viewer'),
      sees: flowsWith(caller, 'support'),
    }),
};
