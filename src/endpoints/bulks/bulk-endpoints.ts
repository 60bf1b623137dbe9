import type { Endpoint } from '../endpoint.ts';
import { listBulksEndpoint, showBulkEndpoint } from './bulks.ts';
import { makeBulkEndpoint } from './make-bulk.ts';
import { pauseBulkEndpoint, resumeBulkEndpoint, stopBulkEndpoint } from './turn-bulk.ts';

/** What can be asked about sets of errors. */
export const bulkEndpoints: readonly Endpoint[] = [
  makeBulkEndpoint,
  listBulksEndpoint,
  showBulkEndpoint,
  pauseBulkEndpoint,
  resumeBulkEndpoint,
  stopBulkEndpoint,
];
