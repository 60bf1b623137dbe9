import type { Endpoint } from '../endpoint.ts';
import { approveRunEndpoint, rejectRunEndpoint } from './decide-run.ts';
import { listRunsEndpoint } from './list-runs.ts';
import { planFlowEndpoint } from './plan-flow.ts';
import { listRunRecordsEndpoint, showRunEndpoint, tellRunEndpoint } from './show-run.ts';
import { followRunEndpoint, forecastResyncEndpoint, startRunEndpoint } from './start-run.ts';

export const runEndpoints: readonly Endpoint[] = [
  listRunsEndpoint,
  showRunEndpoint,
  listRunRecordsEndpoint,
  approveRunEndpoint,
  rejectRunEndpoint,
  startRunEndpoint,
  followRunEndpoint,
  tellRunEndpoint,
  planFlowEndpoint,
  forecastResyncEndpoint,
];
