import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
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
  // HTTP/2 stays off: a cut HTTP/2 session fails all its requests at once, each with an unknown outcome.
  const agent = new Agent({
    allowH2: false,
    connect: { timeout: Math.min(options.timeoutMs, 10_000) },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const nodeAgents = {
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  };
  const client = axios.create({
    ...(options.adapter === 'http'
      ? { adapter: 'http', ...nodeAgents }
      : { adapter: createUndiciAdapter(agent) }),
    timeout: options.timeoutMs,
    maxContentLength: options.maxResponseBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
    headers: {},
  });
  client.defaults.headers = { common: {} } as typeof client.defaults.headers;

  return {
    async exchange({ method, url, headers, body }, signal) {
      const response = await client.request<string>({
        method,
        url,
        headers: { ...headers },
        data: body,
        signal,
      });
      return {
        status: response.status,
        headers: response.headers as RawResponse['headers'],
        text: response.data ?? '',
      };
    },
    async close() {
      await agent.close();
      nodeAgents.httpAgent.destroy();
      nodeAgents.httpsAgent.destroy();
    },
  };
}
