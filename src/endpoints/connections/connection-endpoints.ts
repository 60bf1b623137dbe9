import type { Endpoint } from '../endpoint.ts';
import { checkConnectionsEndpoint } from './check-connections.ts';

export const connectionEndpoints: readonly Endpoint[] = [checkConnectionsEndpoint];
