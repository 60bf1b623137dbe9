import type { Endpoint } from '../endpoint.ts';
import { findJourneyEndpoint } from './find-journey.ts';
import { searchEndpoint } from './search.ts';

/** What can be asked about single records, by any text. */
export const journeyEndpoints: readonly Endpoint[] = [searchEndpoint, findJourneyEndpoint];
