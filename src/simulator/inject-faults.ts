import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultSource } from './faults.ts';
import type { SimulatedSystem } from './simulator.ts';

/** Paths under this one belong to the kit, not to the vendor; faults never hit them. */
export const controlPrefix = '/_simulator';

/** Lets the faults happen. Call it before the system adds its routes, so that a fault comes before authentication. */
export function injectFaults(app: FastifyInstance, faults: FaultSource, system: SimulatedSystem): void {
  const repliesToLose = new WeakSet<FastifyRequest>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith(controlPrefix)) return;
    switch (faults.draw(request.method, request.url)) {
      case undefined:
        return;
      case 'unavailable':
        return refuse(reply, system, 503);
      case 'throttled':
        return refuse(reply.header('retry-after', '1'), system, 429);
      case 'hang':
        // Nobody answers; the connection ends with the client's patience or with the server.
        return reply.hijack();
      case 'cut':
        reply.hijack();
        request.raw.socket.destroy();
        return reply;
      case 'lostReply':
        repliesToLose.add(request);
        return;
    }
  });
  // onSend runs after the handler has committed and before the first byte leaves.
  app.addHook('onSend', async (request, reply, payload) => {
    if (!repliesToLose.has(request)) return payload;
    reply.hijack();
    request.raw.socket.destroy();
    return payload;
  });
}

function refuse(reply: FastifyReply, system: SimulatedSystem, status: 429 | 503): FastifyReply {
  const words = status === 429 ? 'Too Many Requests' : 'Service Unavailable';
  return reply.code(status).send(system.errorBody?.(status) ?? { error: words });
}
