import { sessionEndpoints } from './access/sessions.ts';
import { tokenEndpoints } from './access/tokens.ts';
import { userEndpoints } from './access/users.ts';
import { auditEndpoints } from './audit/audit-endpoints.ts';
import { bulkEndpoints } from './bulks/bulk-endpoints.ts';
import { connectionEndpoints } from './connections/connection-endpoints.ts';
import { keyEndpoints } from './encryption/key-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { eraseEndpoints } from './erase/erase-endpoints.ts';
import { errorEndpoints } from './errors/error-endpoints.ts';
import { journeyEndpoints } from './journey/journey-endpoints.ts';
import { pendingEndpoints } from './pending/pending.ts';
import { runEndpoints } from './runs/run-endpoints.ts';
import { xrefEndpoints } from './xrefs/xrefs.ts';

/** All that a client can ask, by subject. */
export const endpoints: readonly Endpoint[] = [
  ...errorEndpoints,
  ...bulkEndpoints,
  ...journeyEndpoints,
  ...runEndpoints,
  ...pendingEndpoints,
  ...xrefEndpoints,
  ...connectionEndpoints,
  ...sessionEndpoints,
  ...userEndpoints,
  ...tokenEndpoints,
  ...auditEndpoints,
  ...eraseEndpoints,
  ...keyEndpoints,
];

/** By id. */
export const endpointById: ReadonlyMap<string, Endpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.id, endpoint]),
);
