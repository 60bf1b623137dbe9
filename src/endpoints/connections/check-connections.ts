import { checkConnections } from '../../app/check/check-connections.ts';
import type { CheckConnectionsInput } from '../../contract/generated/endpoints.ts';
import type { Endpoint } from '../endpoint.ts';
import { flowsOver } from './reach.ts';

export const checkConnectionsEndpoint: Endpoint<CheckConnectionsInput> = {
  id: 'checkConnections',
  method: 'POST',
  path: '/connections/check',
  subject: 'connections',
  summary: 'Proves that connections work, and says what is wrong where they do not',
  description:
    'Signs in anew, reads a record of each resource that flows read, and looks in those that they write for a record ' +
    'that cannot be there. Nothing is written.',
  role: 'integrator',
  isLook: true,
  reach: async (desk, { connections }) => {
    const all = connections ?? [...(await desk.open.requireWorkspace()).connections.keys()];
    return await flowsOver(desk, all, 'integrator');
  },
  answer: 'check',
  async handle({ useEngine, looks }, { connections }) {
    const checked = await looks.take((signal) =>
      useEngine((runtime) => checkConnections(runtime, { connections, signal })),
    );
    return { ok: checked.every(({ ok }) => ok), connections: checked };
  },
};
