import type { Endpoint } from '../endpoint.ts';
import { listBulksEndpoint, showBulkEndpoint } from './bulks.ts';
import { makeBulkEndpoint } from './make-bulk.ts';
import { planReplayEndpoint } from './plan-replay.ts';
import { previewErrorEndpoint } from './preview-error.ts';
import { pauseBulkEndpoint, resumeBulkEndpoint, stopBulkEndpoint } from './turn-bulk.ts';

/** What can be asked about sets of errors. */
export const bulkEndpoints: readonly Endpoint[] = [
  planReplayEndpoint,
  makeBulkEndpoint,
  listBulksEndpoint,
  showBulkEndpoint,
  pauseBulkEndpoint,
  resumeBulkEndpoint,
  stopBulkEndpoint,
  previewErrorEndpoint,
];
