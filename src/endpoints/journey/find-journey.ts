import { flowsWith, mayAnywhere } from '../../app/access/caller.ts';
import { findJourney } from '../../app/journey/find-journey.ts';
import { Fault } from '../../contract/fault.ts';
import type { FindJourneyInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

export const findJourneyEndpoint: Endpoint<FindJourneyInput> = {
  id: 'findJourney',
  method: 'GET',
  path: '/journeys',
  subject: 'search',
  summary: 'Where a record is, and all that happened to it',
  description:
    'Finds a record by its key, by its id at the target, or by any value in it, and tells its whole way through all flows that the caller may see. Private values are shown only of flows over which the caller has the role support, and only where they are asked for.',
  role: 'viewer',
  reach: 'some',
  answer: 'journey',
  async handle({ open, caller }, { payloads, ...wish }) {
    if (payloads === 'values' && !mayAnywhere(caller, 'support'))
      throw new Fault(
        'TL_FORBIDDEN',
        'findJourney shows private values to the role support: ask for `covered`',
      );
    return await findJourney(open, {
      ...{ ...wish, payloads },
      flows: flowsWith(caller, 'viewer'),
      valuesOf: flowsWith(caller, 'support'),
    });
  },
};
