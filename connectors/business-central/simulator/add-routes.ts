import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Company } from './erp/company.ts';
import type { Limits } from './limits.ts';
import { answer } from './odata/answer.ts';
import { answerBatch } from './odata/answer-batch.ts';
import type { ODataRequest, ODataResponse } from './odata/odata-request.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import type { SignIn } from './sign-in.ts';

export interface Served {
  readonly company: Company;
  readonly signIn: SignIn;
  readonly limits: Limits;
}

const apiPath = '/api/v2.0';

/** `/{tenant}/oauth2/v2.0/token`, and `/v2.0/[{tenant}/]{environment}/api/v2.0/…` behind sign-in and limits. */
export function addRoutes(app: FastifyInstance, served: Served): void {
  app.post('/:tenant/oauth2/v2.0/token', async (request, reply) => {
    const { status, body } = served.signIn.token(request.body);
    return reply.code(status).send(body);
  });
  app.register(async (api) => {
    api.setErrorHandler((error, _request, reply) => send(reply, toError(served.company, error)));
    api.addHook('onRequest', async (request, reply) => {
      served.signIn.check(request.headers.authorization);
      const release = await served.limits.admit();
      // A client that gave up while it waited has closed already.
      if (reply.raw.closed) release();
      else reply.raw.once('close', release);
    });
    api.route({
      method: ['GET', 'POST', 'PATCH', 'DELETE', 'PUT'],
      url: '/v2.0/*',
      handler: async (request, reply) => send(reply, respond(served.company, request)),
    });
  });
}

function respond(company: Company, request: FastifyRequest): ODataResponse {
  const odata = toODataRequest(request);
  if (odata.path !== '/$batch') return answer(company, odata);
  return answerBatch(company, odata, (thrown) => toError(company, thrown));
}

function toODataRequest(request: FastifyRequest): ODataRequest {
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  const path = decodeURIComponent(url.pathname);
  const end = path.indexOf(apiPath, '/v2.0'.length) + apiPath.length;
  const prefer = request.headers['prefer'];
  return {
    method: request.method,
    path: end < apiPath.length ? '/' : path.slice(end),
    query: url.searchParams,
    ifMatch: request.headers['if-match'],
    prefer: Array.isArray(prefer) ? prefer.join(',') : prefer,
    body: request.body,
    root: `${url.origin}${path.slice(0, end)}`,
  };
}

function send(reply: FastifyReply, { status, headers = {}, body }: ODataResponse): FastifyReply {
  reply.code(status).headers({ 'odata-version': '4.0', ...headers });
  if (body === undefined) return reply.send();
  if (typeof body === 'string') return reply.send(body);
  reply.header(
    'content-type',
    'application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8',
  );
  return reply.send(JSON.stringify(body));
}

/** The one form of an error; anything that is no refusal is either a body that is no JSON or a mistake in here. */
function toError(company: Company, thrown: unknown): ODataResponse {
  const refusal = refusalOf(thrown) ?? unreadable(thrown);
  return {
    status: refusal.status,
    headers: refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {},
    body: errorBody(refusal, company.newGuid()),
  };
}

export function errorBody({ code, message }: Omit<Refusal, 'status'>, correlationId: string): unknown {
  return { error: { code, message: `${message}  CorrelationId:  ${correlationId}.` } };
}

function unreadable(thrown: unknown): Refusal {
  const status = Number(Object(thrown)['statusCode'] ?? 500);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return status < 500
    ? { status, code: 'BadRequest', message }
    : { status: 500, code: 'Internal_ServerError', message };
}
