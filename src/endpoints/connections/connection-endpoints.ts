import type { Endpoint } from '../endpoint.ts';
import { checkConnectionsEndpoint } from './check-connections.ts';
import { listConnectionsEndpoint, showConnectionEndpoint } from './show-connections.ts';

export const connectionEndpoints: readonly Endpoint[] = [
  listConnectionsEndpoint,
  showConnectionEndpoint,
  checkConnectionsEndpoint,
];
