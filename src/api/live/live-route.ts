import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, mayAnywhere } from '../../app/access/caller.ts';
import type { LiveViews } from '../../app/live/live-views.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { liveRule } from './live-rule.ts';
import { type LiveStream, openLiveStream } from './live-stream.ts';

/** Streams at once: of one caller, as many as they have windows; of all. */
const mostStreams = { ofCaller: 20, ofAll: 500 };

export interface LiveParts {
  readonly views: LiveViews;
  readonly authenticate: (request: FastifyRequest) => Promise<Caller>;
  /** Who asks, without that counting as their doing anything: an open window is nobody at work. */
  readonly recheck: (request: FastifyRequest) => Promise<Caller>;
  /** Aborted when this process is to stop. */
  readonly stop: AbortSignal;
  /** Milliseconds. */
  readonly heartbeatMs?: number;
}

/** Serves what changes, as it changes: `GET /events`. */
export function addLiveRoute(api: FastifyInstance, parts: LiveParts): void {
  const { views, stop } = parts;
  const lines = new Set<OpenLine>();
  let isEnding = false;
  const endAll = () => {
    isEnding = true;
    for (const line of lines) endLine(line);
  };
  stop.addEventListener('abort', endAll);
  api.addHook('preClose', async () => {
    stop.removeEventListener('abort', endAll);
    endAll();
  });
  api.addHook('onClose', () => views.close());
  api.route({
    method: 'GET',
    url: liveRule.path,
    exposeHeadRoute: false,
    config: { endpoint: liveRule.id },
    onRequest: async (request) => {
      request.caller = await parts.authenticate(request);
    },
    handler: async (request, reply) => {
      const caller = requireViewer(request.caller);
      const line: OpenLine = { name: `${caller.via} ${caller.name}`, response: reply.raw };
      requireRoom(lines, line.name);
      // Counted before there is anything to tell: many may come at once.
      lines.add(line);
      reply.raw.once('close', () => {
        lines.delete(line);
        line.stream?.body.destroy();
      });
      line.stream = await openLiveStream(views, {
        caller,
        lastId: lastIdOf(request),
        recheck: () => parts.recheck(request),
        ...(parts.heartbeatMs !== undefined && { heartbeatMs: parts.heartbeatMs }),
      });
      if (reply.raw.destroyed) {
        // Gone while we looked how all stands.
        line.stream.body.destroy();
        return reply.hijack();
      }
      // Whoever came while all were ended.
      if (isEnding) endLine(line);
      return sendStream(reply, line.stream);
    },
  });
}

/** A line, and whose it is. */
interface OpenLine {
  readonly name: string;
  readonly response: ServerResponse;
  /** Once it is known how all stands. */
  stream?: LiveStream;
}

/** Who does not read to the end is not waited for. Milliseconds. */
const farewellMs = 2_000;

function endLine({ stream, response }: OpenLine): void {
  stream?.end();
  setTimeout(() => response.destroy(), farewellMs).unref();
}

function sendStream(reply: FastifyReply, { body }: LiveStream): FastifyReply {
  return (
    reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      // A proxy that gathers what comes would keep it back.
      .header('x-accel-buffering', 'no')
      .send(body)
  );
}

function requireViewer(caller: Caller | undefined): Caller {
  if (caller === undefined) throw new Fault('TL_DEFECT', 'a route without a caller');
  if (mayAnywhere(caller, liveRule.role)) return caller;
  throw new Fault('TL_FORBIDDEN', `${liveRule.id} needs the role ${liveRule.role} over a flow`);
}

function requireRoom(lines: ReadonlySet<OpenLine>, name: string): void {
  const own = [...lines].filter((each) => each.name === name).length;
  const isFull = lines.size >= mostStreams.ofAll;
  if (own < mostStreams.ofCaller && !isFull) return;
  const whose = isFull ? 'this process tells' : 'you are told of';
  throw new Fault(
    'TL_TOO_MANY_REQUESTS',
    `${whose} changes ${counted(isFull ? lines.size : own, 'time')} at once, which is as often as may be: close one of them`,
    { retryAfterMs: 10_000 },
  );
}

function lastIdOf({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' ? id.slice(0, 100) : undefined;
}
