import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { Axios } from 'axios';
import type { Dispatcher } from 'undici';
import type { NetworkSettings } from '../../contract/connector.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { createUndiciAdapter } from './create-undici-adapter.ts';
import { decodeText } from './decode-text.ts';
import { nameProxy } from './name-proxy.ts';

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
  /** For this exchange; else that of the transport. */
  readonly timeoutMs?: number;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Some bytes of the body are no text in its charset: which. There `text` has U+FFFD. */
  readonly broken?: string;
  /** The body cannot be read as text, and why. */
  readonly unreadable?: string;
}

export interface TransportOptions {
  /** `undici` (default), or axios' own `http`, which goes through node:http, where nock listens. */
  readonly adapter?: 'undici' | 'http';
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** Of answers whose content type names none. */
  readonly charset: string;
  readonly network?: NetworkSettings;
}

/** Keep-alive sockets of one connection. Redirects are never followed: they could carry credentials elsewhere. */
export function createTransport(options: TransportOptions): Transport {
  const agents = createAgents(options);
  const client = createClient(options, agents);
  const proxy = options.network?.proxy;
  return {
    async exchange({ method, url, headers, body, timeoutMs: timeout = options.timeoutMs }, signal) {
      const request = {
        method,
        url,
        headers: { ...headers },
        data: body,
        timeout,
        ...(signal && { signal }),
      };
      const response = await client.request<Buffer | undefined>(request).catch((thrown: unknown) => {
        throw proxy === undefined ? thrown : nameProxy(thrown, proxy);
      });
      const head = response.headers as RawResponse['headers'];
      const type = head['content-type'];
      const said = { type: Array.isArray(type) ? type[0] : type, charset: options.charset };
      const decoded = decodeText(response.data ?? Buffer.alloc(0), said);
      return { status: response.status, headers: head, ...decoded };
    },
    async close() {
      await agents.undici.close();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

interface Agents {
  readonly undici: Pick<Dispatcher, 'dispatch' | 'close'>;
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

function createAgents({ timeoutMs, network = {} }: TransportOptions): Agents {
  return {
    undici: createDispatcher(network, { connectMs: Math.min(timeoutMs, 10_000) }),
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  };
}

/**
 * axios merges every default anew into each request, which took half of its time: with our adapter there are only those
 * that it reads. An `Axios` has no others, and neither transforms nor judges what came.
 */
function createClient(options: TransportOptions, agents: Agents): Pick<Axios, 'request'> {
  if (options.adapter === 'http') return createPlainClient(options, agents);
  const { timeoutMs: timeout, maxResponseBytes: maxContentLength } = options;
  return new Axios({ adapter: createUndiciAdapter(agents.undici), timeout, maxContentLength });
}

function createPlainClient({ timeoutMs, maxResponseBytes }: TransportOptions, agents: Agents): Axios {
  const client = axios.create({
    adapter: 'http',
    httpAgent: agents.http,
    httpsAgent: agents.https,
    timeout: timeoutMs,
    maxContentLength: maxResponseBytes,
    maxBodyLength: Number.POSITIVE_INFINITY,
    maxRedirects: 0,
    proxy: false,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });
  // Ours are on each request.
  client.defaults.headers = { common: {} } as typeof client.defaults.headers;
  return client;
}
