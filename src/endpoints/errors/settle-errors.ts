import { flowsWith } from '../../app/access/caller.ts';
import { requireNamed } from '../../app/errors/error-filter.ts';
import { openIfNone } from '../../app/errors/list-errors.ts';
import { type Deed, forecastSettle, groupForecast, settleErrorsOf } from '../../app/errors/settle-errors.ts';
import type {
  DiscardErrorsInput,
  PlanSettlingInput,
  ReopenErrorsInput,
  ResolveErrorsInput,
} from '../../contract/generated/endpoints.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';
import { toWish } from './filter-input.ts';
import { flowsOfIds } from './flows-of.ts';

export const planSettlingEndpoint: Endpoint<PlanSettlingInput> = {
  id: 'planSettling',
  method: 'POST',
  path: '/settle-plans',
  subject: 'errors',
  summary: 'What would be resolved, discarded or opened again; changes nothing',
  role: 'support',
  reach: 'some',
  isLook: true,
  answer: 'errors-settle-plan',
  async handle({ open, caller }, { deed, ...input }) {
    const wish = toWish(input);
    requireNamed(wish);
    const flows = flowsWith(caller, 'support');
    const forecast = await forecastSettle(open, deed, { ...wish, flows });
    const { ids, notes } = forecast;
    return {
      would: deed,
      errors: ids,
      groups: await groupForecast(open, forecast),
      ...(notes.length > 0 && { notes }),
      ...(await openIfNone(open, ids, flows)),
    };
  },
};

const settling = { method: 'POST', subject: 'errors', role: 'support', reach: flowsOfIds } as const;

export const resolveErrorsEndpoint: Endpoint<ResolveErrorsInput> = {
  ...settling,
  id: 'resolveErrors',
  path: '/errors/resolve',
  summary: 'Settle errors that were settled otherwise, e.g. by hand at the target',
  description: 'Those that are named, at once; a set of them does it for all that fit a filter (`makeBulk`).',
  answer: 'errors-settled',
  handle: (desk, input) => settle(desk, 'resolve', input),
};

export const discardErrorsEndpoint: Endpoint<DiscardErrorsInput> = {
  ...settling,
  id: 'discardErrors',
  path: '/errors/discard',
  summary: 'Settle errors whose records are not wanted any more',
  answer: 'errors-settled',
  handle: (desk, input) => settle(desk, 'discard', input),
};

export const reopenErrorsEndpoint: Endpoint<ReopenErrorsInput> = {
  ...settling,
  id: 'reopenErrors',
  path: '/errors/reopen',
  summary: 'Take back what a person decided: open again, as the source had it',
  answer: 'errors-settled',
  handle: (desk, input) => settle(desk, 'reopen', input),
};

const done: Readonly<Record<Deed, string>> = {
  resolve: 'resolved',
  discard: 'discarded',
  reopen: 'reopened',
};

async function settle(
  { open, caller }: Desk,
  deed: Deed,
  { ids, reason }: DiscardErrorsInput,
): Promise<unknown> {
  const forecast = await forecastSettle(open, deed, { ids });
  const settled = await settleErrorsOf(open, forecast, { by: caller.name, reason });
  const notes = [...forecast.notes, ...settled.notes];
  return { [done[deed]]: settled.ids, ...(notes.length > 0 && { notes }) };
}
