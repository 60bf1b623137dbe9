import { flowsWith } from '../../app/access/caller.ts';
import { listConnections, showConnection } from '../../app/connections/show-connections.ts';
import type { ShowConnectionInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';

export const listConnectionsEndpoint: Endpoint = {
  id: 'listConnections',
  method: 'GET',
  path: '/connections',
  subject: 'connections',
  summary: 'Connections, and how they are',
  role: 'viewer',
  reach: 'some',
  answer: 'connections',
  handle: async ({ open, caller }) => ({
    connections: await listConnections(open, flowsWith(caller, 'viewer')),
  }),
};

export const showConnectionEndpoint: Endpoint<ShowConnectionInput> = {
  id: 'showConnection',
  method: 'GET',
  path: '/connections/{connection}',
  subject: 'connections',
  summary: 'A connection as it is configured, and how it is',
  description: 'Without secrets, and with the flows that you may see.',
  role: 'viewer',
  reach: 'some',
  answer: 'connections-show',
  handle: ({ open, caller }, { connection }) =>
    showConnection(open, { connection, scope: flowsWith(caller, 'viewer') }),
};
