import { sessionEndpoints } from './access/sessions.ts';
import { tokenEndpoints } from './access/tokens.ts';
import { userEndpoints } from './access/users.ts';
import { auditEndpoints } from './audit/audit-endpoints.ts';
import { bulkEndpoints } from './bulks/bulk-endpoints.ts';
import { connectionEndpoints } from './connections/connection-endpoints.ts';
import { driftEndpoints } from './drifts/drift-endpoints.ts';
import { keyEndpoints } from './encryption/key-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { eraseEndpoints } from './erase/erase-endpoints.ts';
import { errorEndpoints } from './errors/error-endpoints.ts';
import { flowEndpoints } from './flows/flow-endpoints.ts';
import { journeyEndpoints } from './journey/journey-endpoints.ts';
import { pauseEndpoints } from './pauses/pause-endpoints.ts';
import { pendingEndpoints } from './pending/pending.ts';
import { runEndpoints } from './runs/run-endpoints.ts';
import { workspaceEndpoints } from './workspace/workspace-endpoints.ts';
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
  ...flowEndpoints,
  ...pauseEndpoints,
  ...driftEndpoints,
  ...workspaceEndpoints,
];

/** By id. */
export const endpointById: ReadonlyMap<string, Endpoint> = new Map(
  endpoints.map((endpoint) => [endpoint.id, endpoint]),
);
