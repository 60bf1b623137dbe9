import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readJson } from '../contract/exact-json/read-json.ts';
import { Fault, toFault } from '../contract/fault.ts';
import { toPath } from '../contract/to-path.ts';
import type { Logger } from '../observe/logger.ts';
import { statusOf, toProblem } from './problem.ts';

/** JSON only, and without losing a digit of a number. */
export function readBodiesExactly(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text.length === 0) return done(null, undefined);
    try {
      const { value, flaws } = readJson(text as string);
      const [flaw] = flaws;
      if (flaw === undefined) return done(null, value);
      done(new Fault('TL_ARGUMENT_INVALID', `the body: ${toPath(flaw.segments)} ${flaw.problem}`));
    } catch {
      done(new Fault('TL_ARGUMENT_INVALID', 'the body is no JSON'));
    }
  });
}

/** Whatever goes wrong is told as problem+json; what was not expected, to the log. */
export function answerWithProblems(server: FastifyInstance, log: Logger): void {
  server.setNotFoundHandler((request, reply) => {
    const fault = new Fault(
      'TL_NOT_FOUND',
      'there is nothing at this address for this method; /api/v1/docs has what there is',
    );
    return send(reply, fault, { status: 404, request: request.id });
  });
  server.setErrorHandler((thrown, request, reply) => {
    const known = fromFastify(thrown);
    const fault = known?.fault ?? toFault(thrown);
    const status = known?.status ?? statusOf(fault);
    if (status === 500) {
      const { endpoint } = request.routeOptions.config as { readonly endpoint?: string };
      log.error(
        { request: request.id, endpoint, code: fault.code, reason: fault.message },
        'a request failed',
      );
    }
    return send(reply, fault, { status, request: request.id });
  });
}

/** An address that no route is looked for: before there is one, nothing else answers. */
export function refuseAddress(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { fault, status } = fromFastify(thrown) ?? { fault: toFault(thrown), status: 400 };
  send(reply, fault, { status, request: request.id });
}

function send(
  reply: FastifyReply,
  fault: Fault,
  { status, request }: { readonly status: number; readonly request: string },
): FastifyReply {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="tradelane"');
  const seconds = fault.retryAfterMs === undefined ? undefined : Math.ceil(fault.retryAfterMs / 1_000);
  if (status === 429 || status === 503) reply.header('retry-after', String(seconds ?? 5));
  const problem = JSON.stringify(toProblem(fault, status, request));
  return reply.code(status).type('application/problem+json; charset=utf-8').send(problem);
}

/** What the server itself refuses, before any endpoint is asked. */
function fromFastify(thrown: unknown): { readonly fault: Fault; readonly status: number } | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('statusCode' in thrown)) return undefined;
  const code = String(thrown.code);
  const status = Number(thrown.statusCode);
  if (!code.startsWith('FST_') || status < 400 || status >= 500) return undefined;
  const said = refusals[code] ?? 'the request cannot be read';
  return { fault: new Fault('TL_ARGUMENT_INVALID', said), status };
}

const refusals: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is larger than this server takes',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'a body must be application/json',
  FST_ERR_BAD_URL: 'the address cannot be read',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the address is longer than any name',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as its header says',
};
