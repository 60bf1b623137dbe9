import { bulkEndpoints } from './bulks/bulk-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { errorEndpoints } from './errors/error-endpoints.ts';

/** All that a client can ask, by subject. */
export const endpoints: readonly Endpoint[] = [...errorEndpoints, ...bulkEndpoints];

/** By id. */
export const endpointById: ReadonlyMap<string, Endpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.id, endpoint]),
);
