import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultSource, InjectedFault } from './faults.ts';
import type { SimulatedSystem } from './simulator.ts';

/** Paths under this one belong to the kit, not to the vendor; faults never hit them. */
export const controlPrefix = '/_simulator';

/** Lets the faults happen. Call it before the system adds its routes, so that a fault comes before authentication. */
export function injectFaults(app: FastifyInstance, faults: FaultSource, system: SimulatedSystem): void {
  const later = new WeakMap<FastifyRequest, InjectedFault>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith(controlPrefix)) return;
    const kind = faults.draw(request.method, request.url);
    switch (kind) {
      case undefined:
        return;
      case 'unavailable':
        return refuse(reply, system, 503);
      case 'throttled':
        return refuse(reply.header('retry-after', '1'), system, 429);
      case 'denied':
        return reply.send({ success: false, message: 'Not now' });
      case 'hang':
        // Nobody answers; the connection ends with the client's patience or with the server.
        return reply.hijack();
      case 'cut':
        reply.hijack();
        request.raw.socket.destroy();
        return reply;
      default:
        later.set(request, kind);
        return;
    }
  });
  const closing = new AbortController();
  app.addHook('onClose', async () => closing.abort());
  // After the body has come: whoever waits for the answer may give up, the system goes on.
  app.addHook('preHandler', async (request) => {
    const kind = later.get(request);
    if (kind !== 'late' && kind !== 'lateCut') return;
    if (kind === 'lateCut') request.raw.socket.destroy();
    await wait(faults.drawLateMs(), undefined, { signal: closing.signal });
  });
  // onSend runs after the handler has committed and before the first byte leaves.
  app.addHook('onSend', async (request, reply, payload) => {
    const kind = later.get(request);
    if (kind === undefined) return payload;
    if (kind !== 'lostReply') return spoiled(kind, reply, payload);
    reply.hijack();
    request.raw.socket.destroy();
    return payload;
  });
}

/** An answer that is none, in place of one that says that it went well. */
function spoiled(kind: InjectedFault, reply: FastifyReply, payload: unknown): unknown {
  if (reply.statusCode >= 300) return payload;
  switch (kind) {
    case 'html':
      reply.code(200).removeHeader('content-length').header('content-type', 'text/html; charset=utf-8');
      return '<!doctype html><title>Sign in</title><p>Your session has ended.</p>';
    case 'empty':
      reply.code(200).removeHeader('content-length');
      return '';
    case 'blank':
      reply
        .code(200)
        .removeHeader('content-length')
        .header('content-type', 'application/json; charset=utf-8');
      return '{}';
    case 'truncated': {
      if (typeof payload !== 'string' || payload.length < 2) return payload;
      reply.removeHeader('content-length');
      return payload.slice(0, payload.length - Math.ceil(payload.length / 3));
    }
    default:
      return payload;
  }
}

function refuse(reply: FastifyReply, system: SimulatedSystem, status: 429 | 503): FastifyReply {
  const words = status === 429 ? 'Too Many Requests' : 'Service Unavailable';
  return reply.code(status).send(system.errorBody?.(status) ?? { error: words });
}
