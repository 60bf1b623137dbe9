import type { Endpoint } from '../endpoint.ts';
import { listCausesEndpoint, showCauseEndpoint } from './causes.ts';
import { listErrorsEndpoint } from './list-errors.ts';
import {
  assignErrorsEndpoint,
  commentErrorsEndpoint,
  muteErrorsEndpoint,
  tagErrorsEndpoint,
  unmuteErrorsEndpoint,
} from './note-errors.ts';
import {
  discardErrorsEndpoint,
  planSettlingEndpoint,
  reopenErrorsEndpoint,
  resolveErrorsEndpoint,
} from './settle-errors.ts';
import { showErrorEndpoint } from './show-error.ts';

/** What can be asked about errors and their causes. */
export const errorEndpoints: readonly Endpoint[] = [
  listErrorsEndpoint,
  showErrorEndpoint,
  listCausesEndpoint,
  showCauseEndpoint,
  assignErrorsEndpoint,
  tagErrorsEndpoint,
  commentErrorsEndpoint,
  muteErrorsEndpoint,
  unmuteErrorsEndpoint,
  planSettlingEndpoint,
  resolveErrorsEndpoint,
  discardErrorsEndpoint,
  reopenErrorsEndpoint,
];
