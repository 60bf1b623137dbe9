import type { ConnectionWatch } from '../../contract/connection-watch.ts';
import type { Clock, ConnectionLimits, ConnectorTools, NetworkSettings } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import { present } from '../../contract/present.ts';
import type { Soon } from '../../contract/soon.ts';
import type { Dialect } from '../answer/dialect.ts';
import { type Access, type AccessOptions, type AccessProof, createAccess } from '../auth/access.ts';
import { type Authorization, type Credentials, noAuthorization } from '../auth/credentials.ts';
import type { Timeouts } from '../compile-timeouts.ts';
import { Limiter } from '../limits/limiter.ts';
import { computePace } from '../limits/turns.ts';
import { isOwnOrigin, toStranger } from '../reach/elsewhere.ts';
import type { Guard } from '../reach/guard-connect.ts';
import type { NetworkReach } from '../reach/reach.ts';
import { createTransport, type RawResponse, type Transport } from '../transport/create-transport.ts';
import { createTokenPost } from './create-token-post.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './http-client.ts';
import { judgeFailure } from './judge-failure.ts';
import { judgeResponse } from './judge-response.ts';
import { defaultRetries, type RetryOptions, retry } from './retry.ts';
import { isUnsent, markUnsent } from './unsent.ts';

export interface HttpClientOptions {
  readonly dialect: Dialect;
  readonly access: AccessProof;
  readonly renewAccess?: AccessOptions['renew'];
  readonly limits: ConnectionLimits;
  readonly timeoutsMs: Timeouts;
  readonly maxResponseBytes: number;
  /** Of answers whose content type names none. */
  readonly charset: string;
  readonly network?: NetworkSettings;
  /** Of the base URL. */
  readonly origin: string;
  readonly reach: NetworkReach;
  readonly lookup?: Guard['lookup'] & {};
  readonly tools: ConnectorTools;
  readonly adapter?: 'undici' | 'http';
  readonly retry?: Partial<RetryOptions>;
}

/**
 * One client a connection. A request waits for a place (concurrency), for its turn (requests a second), gets
 * credentials, is sent, and its answer is judged; what is over in a second is retried here. A 401 with a token that
 * can be renewed is tried once more with a new one; so is what is refused, if the secrets are others by now.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { dialect, tools, limits } = options;
  const { connection } = dialect;
  const retries = { ...defaultRetries, ...options.retry };
  const line = openTools(options, retries);
  const { transport, limiter, access } = line;

  return {
    concurrency: limits.concurrency ?? unstated.upTo,
    async send(request, signal) {
      const startedAt = performance.now();
      const used = access.current();
      try {
        return await attempt(line, request, signal);
      } catch (thrown) {
        if (await isRenewed(line, request, { used, thrown })) return await attempt(line, request, signal);
        // The first try is the one that nearly always succeeds: nothing is prepared for another.
        return await retry(() => attempt(line, request, signal), thrown, {
          ...{ options: retries, startedAt, signal },
          isWorthRetrying: (fault) => isWorthRetrying(fault, request),
          onRetry(fault, number) {
            // One request was told to slow down: so do all others of this connection.
            if (fault.retryAfterMs !== undefined) limiter.pause(fault.retryAfterMs);
            const { operation } = request;
            tools.log.debug('http.retry', { connection, operation, code: fault.code, attempt: number });
          },
        });
      }
    },
    async authorize() {
      const used = access.current();
      try {
        await used.current();
      } catch (thrown) {
        if (!isRefused(thrown) || !(await access.renew(used))) throw thrown;
        await access.current().current();
      }
    },
    async close() {
      await limiter.close();
      await transport.close();
    },
  };
}

function openTools(options: HttpClientOptions, retries: RetryOptions): RequestTools {
  const { dialect, origin, reach, lookup, timeoutsMs } = options;
  const { clock, watch } = options.tools;
  const guard = { allowance: reach.allowance, ...(lookup && { lookup }) };
  const transport = createTransport({ ...options, guard, timeoutMs: timeoutsMs.read });
  const { connection, secrets } = dialect;
  const postForm = createTokenPost({ transport, connection, secrets, clock, retries });
  const access = createAccess({
    ...{ first: options.access, renew: options.renewAccess },
    tools: { clock, postForm },
  });
  const limiter = openLimiter(options);
  const dress = createDress(dialect, access);
  return { transport, limiter, access, dialect, clock, timeoutsMs, origin, dress, watch };
}

/** Where neither a connection nor its connector says how many: enough for systems that are quick, no flood for others. */
const unstated = { from: 16, upTo: 64 };

/** Where a limit is set and there are others to share it with, it is shared. */
function openLimiter({ limits, tools: { shared, log, watch } }: HttpClientOptions): Limiter {
  const { concurrency, requestsPerSecond } = limits;
  return new Limiter({
    concurrency: concurrency ?? unstated,
    requestsPerSecond,
    slots: concurrency === undefined ? undefined : shared?.slots,
    turns: requestsPerSecond === undefined ? undefined : shared?.openTurns(computePace(requestsPerSecond)),
    ...{ log, watch },
  });
}

interface RequestTools {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly access: Access;
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly timeoutsMs: Timeouts;
  readonly origin: string;
  readonly dress: Dress;
  readonly watch: ConnectionWatch | undefined;
}

/** The headers of a request together with those of who asks. */
type Dress = (own: Headers, authorization: Authorization) => Headers;

type Headers = HttpRequest['headers'];

/** They are put together once for as long as both stay the same. */
function createDress({ secrets }: Dialect, access: Access): Dress {
  let last: readonly [own: Headers, authorization: Authorization, all: Headers, by: Credentials] | undefined;
  return (own, authorization) => {
    const by = access.current();
    if (last?.[0] === own && last[1] === authorization && last[3] === by) return last[2];
    secrets.addAll(authorization);
    last = [own, authorization, clean({ ...access.renewed(own), ...authorization.headers }), by];
    return last[2];
  };
}

/** What no header can hold is left out: a token that was read from a file may end with a line break. */
function clean(headers: Headers): Headers {
  const cleaned: Record<string, string> = {};
  for (const name in headers)
    cleaned[name] = present(headers[name], 'a header')
      .replace(unsendable, '')
      .replace(/^[\t ]+|[\t ]+$/g, '');
  return cleaned;
}

const unsendable = /[^\t\x20-\x7e\x80-\u{10ffff}]/gu;

async function attempt(line: RequestTools, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const { limiter, dialect, clock, watch } = line;
  const timing: Timing = { sentAt: undefined, ms: 0 };
  try {
    const response = await limiter.run(() => exchange(line, request, { timing, signal }), signal);
    const judged = await judgeResponse(dialect, request, response, clock);
    watch?.attempted(request.operation, 'ok', timing.ms);
    return judged;
  } catch (thrown) {
    if (isTrouble(thrown)) limiter.noteTrouble();
    if (timing.sentAt !== undefined && thrown instanceof Fault)
      watch?.attempted(request.operation, thrown.kind, timing.ms);
    throw thrown;
  }
}

/** How long the system took for a try; `sentAt` is not set before something was sent. */
interface Timing {
  sentAt: number | undefined;
  ms: number;
}

interface Sending {
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

async function exchange(line: RequestTools, request: HttpRequest, sending: Sending): Promise<RawResponse> {
  const { access, origin, dialect } = line;
  if (!isOwnOrigin(request.url, origin))
    return sendOnce(line, toStranger(request, dialect.connection), noAuthorization, sending);
  const credentials = access.current();
  const current = credentials.fixed ?? credentials.current();
  const authorization = current instanceof Promise ? await authorize(current) : current;
  const response = await sendOnce(line, request, authorization, sending);
  if (response.status !== 401 || credentials.renew === undefined) return response;
  credentials.renew(authorization);
  return sendOnce(line, request, await authorize(credentials.current()), sending);
}

interface Refused {
  readonly used: Credentials;
  readonly thrown: unknown;
}

/** Are there other credentials than those that were refused? Nothing has been written where they were. */
async function isRenewed(
  { access, origin }: RequestTools,
  { url }: HttpRequest,
  { used, thrown }: Refused,
): Promise<boolean> {
  if (!isRefused(thrown) || !isOwnOrigin(url, origin)) return false;
  try {
    return await access.renew(used);
  } catch (reason) {
    throw markUnsent(toFault(reason));
  }
}

function isRefused(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.code === 'TL_AUTH_REFUSED';
}

async function authorize(current: Soon<Authorization>): Promise<Authorization> {
  try {
    return await current;
  } catch (thrown) {
    throw markUnsent(toFault(thrown));
  }
}

async function sendOnce(
  { transport, limiter, dialect, timeoutsMs, dress }: RequestTools,
  request: HttpRequest,
  authorization: Authorization,
  { timing, signal }: Sending,
): Promise<RawResponse> {
  const turn = limiter.takeTurn(signal);
  if (turn !== undefined) await turn;
  signal.throwIfAborted();
  const { method, url, body, operation } = request;
  const { query } = authorization;
  const raw = {
    ...{ method, body },
    timeoutMs: timeoutsMs[operation],
    url: query === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers: dress(request.headers, authorization),
  };
  const sentAt = performance.now();
  timing.sentAt = sentAt;
  try {
    const response = await transport.exchange(raw, signal);
    timing.ms = performance.now() - sentAt;
    limiter.noteAnswer(operation, timing.ms);
    return response;
  } catch (thrown) {
    timing.ms = performance.now() - sentAt;
    throw judgeFailure(dialect, request, thrown, signal);
  }
}

/** What was never sent can always be sent again; what was sent, only where twice is as good as once. */
function isWorthRetrying(fault: Fault, request: HttpRequest): boolean {
  // A token is asked for with retries of its own.
  if (isUnsent(fault)) return false;
  if (fault.code === 'TL_SYSTEM_UNREACHABLE') return true;
  return request.idempotent && rowOf(fault.code).isPassing;
}

/** It concerns the system, not what was asked of it: fewer at once may serve it better. */
function isTrouble(thrown: unknown): boolean {
  if (!(thrown instanceof Fault)) return false;
  const { kind, side } = rowOf(thrown.code);
  return kind === 'throttled' || kind === 'unknown' || (kind === 'transient' && side === 'system');
}
