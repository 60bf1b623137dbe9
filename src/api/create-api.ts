import { createHash, randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit, { type RateLimitPluginOptions } from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Caller } from '../app/access/caller.ts';
import type { Probes } from '../app/health/probes.ts';
import { Fault } from '../contract/fault.ts';
import { counted } from '../contract/text/counted.ts';
import { carryOut } from '../endpoints/carry-out.ts';
import type { Desk } from '../endpoints/desk.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { endpoints } from '../endpoints/endpoints.ts';
import { createInputReader, type InputReader } from '../endpoints/read-input.ts';
import { type EndpointSchemas, readEndpointSchemas } from '../endpoints/schemas.ts';
import type { Logger } from '../observe/logger.ts';
import { answerWithProblems, readBodiesExactly, refuseAddress } from './answer-problems.ts';
import { docsPage, docsStyle } from './docs-page.ts';
import type { Draining } from './draining.ts';
import { type Idempotency, withIdempotency } from './idempotency.ts';
import { addLiveRoute, type LiveParts } from './live/live-route.ts';
import { withLiveRoute } from './live/live-rule.ts';
import { addLogin } from './login/add-login.ts';
import { createCurrentProvider } from './login/add-provider-login.ts';
import type { LoginParts } from './login/login-parts.ts';
import { toOpenApi } from './open-api.ts';
import { addProbes } from './probes.ts';
import { refuseUnread } from './refuse-unread.ts';
import { securityHeaders } from './security-headers.ts';
import { dropUnusedConnections } from './unused-connections.ts';

/** What an API is put together of. */
export interface ApiParts {
  /** Says who asks. Throws a Fault TL_UNAUTHENTICATED where that is nobody whom it knows. */
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>;
  /** Pages by which people come in. */
  readonly login: LoginParts;
  /** Where their endpoints are carried out. */
  readonly deskFor: (caller: Caller) => Desk;
  /** The database that knows which keys have been used. */
  readonly idempotency: Idempotency;
  readonly probes: Probes;
  readonly draining: Draining;
  readonly packageDir: string;
  readonly version: string;
  readonly log: Logger;
  /** Bytes of a body. */
  readonly maxBodyBytes: number;
  /** What changes, for who looks on. */
  readonly live: Omit<LiveParts, 'authenticate'>;
  /** Of one caller. */
  readonly requestsPerMinute: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Once it is known who asks. */
    caller?: Caller;
  }
}

/** The HTTP server of `/api/v1`, and of what those ask who look after the process; it does not listen yet. */
export function createApi(parts: ApiParts): FastifyInstance {
  const { login } = parts;
  const { trustedProxies, oidc, publicUrl = 'http://localhost' } = login.access();
  const server = createServer({ ...parts, trustedProxies });
  // Before all routes, as these are to have it.
  server.register(helmet, securityHeaders(publicUrl, oidc?.issuer));
  server.register(cookie);
  server.register(async (pages) => addLogin(pages, login, createCurrentProvider(login)));
  // Whoever is let in from outside comes from this machine, where there is a proxy: that says nothing.
  addProbes(server, { ...parts, isOwnMachine: false });
  const schemas = readEndpointSchemas(parts.packageDir);
  // Where people come to who name no page.
  server.get('/', async (_request, reply) => reply.redirect('/api/v1/docs'));
  server.register(
    async (api) => {
      parts.draining.guard(api);
      await api.register(rateLimit, rateLimitOf(parts));
      addEndpoints(api, parts, schemas);
    },
    { prefix: '/api/v1' },
  );
  return server;
}

export interface ServerParts extends Pick<ApiParts, 'maxBodyBytes' | 'log'> {
  /** Whose word about where a request comes from is believed: addresses and ranges. */
  readonly trustedProxies: readonly string[];
}

/** A server without a route, which tells of what goes wrong as problems. */
export function createServer({ maxBodyBytes, log, trustedProxies }: ServerParts): FastifyInstance {
  const server = fastify({
    trustProxy: [...trustedProxies],
    bodyLimit: maxBodyBytes,
    genReqId: () => randomUUID(),
    // What comes with a request does not name it in our log.
    requestIdHeader: false,
    // Slow senders hold no socket for ever. Milliseconds.
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2_000 },
    return503OnClosing: true,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnread,
  });
  dropUnusedConnections(server);
  readBodiesExactly(server);
  answerWithProblems(server, log);
  return server;
}

function rateLimitOf({ requestsPerMinute }: ApiParts): RateLimitPluginOptions {
  return {
    max: requestsPerMinute,
    timeWindow: 60_000,
    // By who asks, once that is known; an address may be that of a whole office.
    hook: 'preHandler',
    keyGenerator: ({ caller, ip }) => (caller === undefined ? `at ${ip}` : `${caller.via} ${caller.name}`),
    errorResponseBuilder: ({ caller }, { max, ttl }) =>
      new Fault(
        'TL_TOO_MANY_REQUESTS',
        `${caller?.name ?? 'this address'} has asked ${counted(max, 'time')} within a minute, which is as often as one may; again in ${Math.ceil(ttl / 1_000)} s`,
        { retryAfterMs: ttl },
      ),
  };
}

function addEndpoints(api: FastifyInstance, parts: ApiParts, schemas: EndpointSchemas): void {
  const document = withLiveRoute(toOpenApi(endpoints, { schemas, version: parts.version }));
  api.addHook('onRequest', async (_request, reply) => {
    // What is told to one is not for the next one at the same machine, nor for a proxy on the way.
    reply.header('cache-control', 'private, no-cache');
    reply.header('x-content-type-options', 'nosniff');
  });
  const page = docsPage(document);
  api.get('/openapi.json', async () => document);
  api.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  api.get('/docs.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(docsStyle));
  for (const endpoint of endpoints) addEndpoint(api, parts, { endpoint, schemas });
  addLiveRoute(api, { ...parts.live, authenticate: parts.authenticate });
}

interface Served {
  readonly endpoint: Endpoint;
  readonly schemas: EndpointSchemas;
}

function addEndpoint(api: FastifyInstance, parts: ApiParts, { endpoint, schemas }: Served): void {
  const read = createInputReader(endpoint, schemas);
  const url = endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1');
  api.route({
    method: endpoint.method,
    url,
    config: { endpoint: endpoint.id },
    // Before the body is read: nobody whom we do not know fills our memory.
    onRequest: async (request) => {
      request.caller = await parts.authenticate(request);
    },
    handler: async (request, reply) => answer(parts, { endpoint, read, request, reply }),
  });
}

interface Asked {
  readonly endpoint: Endpoint;
  readonly read: InputReader;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function answer(parts: ApiParts, { endpoint, read, request, reply }: Asked): Promise<FastifyReply> {
  const { caller } = request;
  if (caller === undefined) throw new Fault('TL_DEFECT', 'a route without a caller');
  const { params, query, body } = request;
  const input = read({ path: params as never, query: query as never, body });
  const toAnswered = async (handle: () => Promise<unknown>) => ({
    status: endpoint.status ?? (endpoint.answer === undefined ? 204 : 200),
    body: toText(await handle()),
  });
  const isKept = endpoint.method !== 'GET' && !endpoint.isLook && !endpoint.isPrivate;
  const call = { request, caller, endpoint: endpoint.id, input, reply };
  const done = await carryOut(endpoint as Endpoint<object>, parts.deskFor(caller), input, (handle) =>
    isKept ? withIdempotency(parts.idempotency, call, () => toAnswered(handle)) : toAnswered(handle),
  );
  if (done.body === undefined) return reply.code(done.status).send();
  reply.type('application/json; charset=utf-8');
  if (endpoint.method !== 'GET') return reply.code(done.status).send(done.body);
  const tag = `W/"${createHash('sha256').update(done.body).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', tag);
  const known = request.headers['if-none-match'];
  const isKnown = known?.split(',').some((each) => each.trim() === tag || each.trim() === '*');
  return isKnown ? reply.code(304).send() : reply.code(done.status).send(done.body);
}

function toText(document: unknown): string | undefined {
  return document === undefined ? undefined : JSON.stringify(document);
}
