import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { Agent } from 'undici';
import { createUndiciAdapter } from './create-undici-adapter.ts';

/** One exchange with a system, not yet judged. Rejects with what `toTransportFailure` reads. */
export interface Transport {
  exchange(request: RawRequest, signal: AbortSignal | undefined): Promise<RawResponse>;
  /** Resolves when the last exchange has ended and every socket is closed. */
  close(): Promise<void>;
}

export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface TransportOptions {
  /** `undici` (default), or axios' own `http`, which goes through node:http, where nock listens. */
  readonly adapter?: 'undici' | 'http';
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** Keep-alive sockets of one connection. Redirects are never followed: they could carry credentials elsewhere. */
export function createTransport(options: TransportOptions): Transport {
  const agents = createAgents(options);
  const client = createClient(options, agents);
  return {
    async exchange({ method, url, headers, body }, signal) {
      const request = { method, url, headers: { ...headers }, data: body, signal };
      const response = await client.request<string | undefined>(request);
      return {
        status: response.status,
        headers: response.headers as RawResponse['headers'],
        text: response.data ?? '',
      };
    },
    async close() {
      await agents.undici.close();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Agents {
  readonly undici: Agent;
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

function createAgents({ timeoutMs }: TransportOptions): Agents {
  return {
    // HTTP/2 stays off: a cut session fails all its requests at once, each with an unknown outcome.
    undici: new Agent({
      allowH2: false,
      connect: { timeout: Math.min(timeoutMs, 10_000) },
      headersTimeout: 0,
      bodyTimeout: 0,
    }),
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  };
}

function createClient(
  { adapter, timeoutMs, maxResponseBytes }: TransportOptions,
  agents: Agents,
): AxiosInstance {
  const client = axios.create({
    adapter: adapter === 'http' ? 'http' : createUndiciAdapter(agents.undici),
    httpAgent: agents.http,
    httpsAgent: agents.https,
    timeout: timeoutMs,
    maxContentLength: maxResponseBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });
  // Ours are on each request; merging axios' own into every one costs time.
  client.defaults.headers = { common: {} } as typeof client.defaults.headers;
  return client;
}
