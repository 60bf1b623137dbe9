import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, mayOverAll } from '../app/access/caller.ts';
import type { Probes } from '../app/health/probes.ts';
import { type Health, toOpenHealth } from '../app/health/readiness.ts';
import { Fault } from '../contract/fault.ts';

/** What is asked by those who look after a process, and who may see more of it than that. */
export interface ProbeParts {
  readonly probes: Probes;
  /** Throws a Fault TL_UNAUTHENTICATED where that is nobody whom it knows. */
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>;
  /** Nobody but this machine can reach the address: its figures are for anybody there. */
  readonly isOwnMachine: boolean;
}

/**
 * `/healthz` and `/readyz` for anybody, without a word that somebody outside could use; with `?details=true`, and the
 * figures, for those who may look at all flows.
 */
export function addProbes(server: FastifyInstance, parts: ProbeParts): void {
  const { probes } = parts;
  server.get('/healthz', async (_request, reply) => answer(reply, await probes.life()));
  server.get('/readyz', async (request, reply) => {
    const { details } = request.query as { readonly details?: string };
    if (details !== 'true') return answer(reply, toOpenHealth(await probes.readiness()));
    await requireViewer(parts, request);
    return answer(reply, await probes.readiness());
  });
  server.get('/metrics', async (request, reply) => {
    if (!parts.isOwnMachine || !namesOwnMachine(request)) await requireViewer(parts, request);
    const { contentType, text } = await probes.metrics();
    return await plain(reply).type(contentType).send(text);
  });
}

function answer(reply: FastifyReply, health: Health): FastifyReply {
  return plain(reply)
    .code(health.ok ? 200 : 503)
    .send(health);
}

/** It is as it is now, and only what its type says. */
function plain(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
}

async function requireViewer({ authenticate }: ProbeParts, request: FastifyRequest): Promise<void> {
  const caller = await authenticate(request);
  if (mayOverAll(caller, 'viewer')) return;
  throw new Fault('TL_FORBIDDEN', 'this is about all flows: it needs the role viewer over all of them');
}

/**
 * A page of somebody else's, open in a browser here, can have its own name point at this machine and then ask: its
 * requests name that.
 */
function namesOwnMachine({ hostname }: FastifyRequest): boolean {
  return isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** Is this a name, or an address, of the machine itself? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
