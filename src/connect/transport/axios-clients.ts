import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { Axios, type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import { present } from '../../contract/present.ts';
import type { ReceivedAnswer, Send, SentRequest } from './exchange.ts';

export interface AxiosClient {
  readonly send: Send;
  close(): void;
}

/**
 * axios with an adapter that sends by `send`. axios merges every default anew into each request, which took half of its
 * time: an `Axios` has only those that it is given, and neither transforms nor judges what came.
 */
export function createAxiosOver(send: Send): AxiosClient {
  const adapter: AxiosAdapter = async (config) => {
    const { status, statusText, headers, bytes } = await send(toSentRequest(config));
    return { status, statusText, headers: headers as AxiosResponse['headers'], data: bytes, config };
  };
  return { send: by(new Axios({ adapter })), close() {} };
}

/** axios on its own `http` adapter, over node:http, where nock listens. */
export function createPlainAxios(): AxiosClient {
  const [httpAgent, httpsAgent] = [new HttpAgent({ keepAlive: true }), new HttpsAgent({ keepAlive: true })];
  const client = axios.create({
    ...{ adapter: 'http', httpAgent, httpsAgent, proxy: false, maxRedirects: 0 },
    maxBodyLength: Number.POSITIVE_INFINITY,
    responseType: 'arraybuffer',
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });
  // Ours are on each request.
  client.defaults.headers = { common: {} } as typeof client.defaults.headers;
  return {
    send: by(client),
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

function by(client: Pick<Axios, 'request'>): Send {
  return async ({ method, url, headers, body, timeoutMs, maxBytes, signal }) => {
    const { status, statusText, ...answer } = await client.request<Buffer | undefined>({
      ...{ method, url, headers: { ...headers }, data: body },
      ...{ timeout: timeoutMs, maxContentLength: maxBytes },
      ...(signal && { signal }),
    });
    const received = answer.headers as ReceivedAnswer['headers'];
    return { status, statusText, headers: received, bytes: answer.data ?? Buffer.alloc(0) };
  };
}

function toSentRequest(config: InternalAxiosRequestConfig): SentRequest {
  return {
    method: present(config.method, 'the method of a request').toUpperCase(),
    url: present(config.url, 'the URL of a request'),
    headers: toHeaders(config),
    body: typeof config.data === 'string' ? config.data : undefined,
    timeoutMs: present(config.timeout, 'the timeout of a request'),
    maxBytes: present(config.maxContentLength, 'the bound of an answer'),
    signal: config.signal as AbortSignal | undefined,
  };
}

function toHeaders({ headers, data }: InternalAxiosRequestConfig): Record<string, string> {
  const sent: Record<string, string> = {};
  // Own members of AxiosHeaders are the headers; going through its toJSON costs as much as the rest of the call.
  for (const [name, value] of Object.entries(headers)) {
    if (value === null || value === undefined || value === false) continue;
    // axios names a content type for every POST, also for one without content.
    if (data === undefined && name.toLowerCase() === 'content-type') continue;
    sent[name] = String(value);
  }
  return sent;
}
