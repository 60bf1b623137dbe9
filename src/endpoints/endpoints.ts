import type { Endpoint } from './endpoint.ts';
import { listErrorsEndpoint } from './errors/list-errors.ts';

/** All that a client can ask, by subject. */
export const endpoints: readonly Endpoint[] = [listErrorsEndpoint];

/** By id. */
export const endpointById: ReadonlyMap<string, Endpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.id, endpoint]),
);
