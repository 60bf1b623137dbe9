import type { NetworkSettings } from '../../contract/connector.ts';
import type { Guard } from '../reach/guard-connect.ts';
import type { AxiosClient } from './axios-clients.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { decodeText } from './decode-text.ts';
import { exchange, type ReceivedAnswer, type Send } from './exchange.ts';
import { nameProxy } from './name-proxy.ts';

/** One exchange with a system, not yet judged. Rejects with what `toTransportFailure` reads. */
export interface Transport {
  exchange(request: RawRequest, signal: AbortSignal | undefined): Promise<RawResponse>;
  /** Resolves when the last exchange has ended and every socket is closed. */
  close(): Promise<void>;
}

export interface RawRequest {
  /** In capitals. */
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** For this exchange; else that of the transport. */
  readonly timeoutMs?: number;
  /** Asked for so seldom that it may go through axios. */
  readonly isRare?: boolean;
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
  readonly guard: Guard;
}

/**
 * Keep-alive sockets of one connection. Redirects are never followed: they could carry credentials elsewhere. What is
 * asked for once in a while goes through axios: its core takes half as much again as all else does, so records and pages do not.
 */
export function createTransport(options: TransportOptions): Transport {
  const { timeoutMs, maxResponseBytes: maxBytes, charset, network = {}, guard, adapter = 'undici' } = options;
  const { proxy } = network;
  const dispatcher = createDispatcher(network, { connectMs: Math.min(timeoutMs, 10_000), guard });
  const directly: Send = (request) => exchange(dispatcher, request);
  let axios: Promise<AxiosClient> | undefined;
  const openAxios = (): Promise<AxiosClient> => {
    axios ??= loadAxios(adapter, directly);
    return axios;
  };
  return {
    async exchange({ method, url, headers, body, timeoutMs: ms = timeoutMs, isRare }, signal) {
      const sent = { method, url, headers, body, timeoutMs: ms, maxBytes, signal };
      const isDirect = isRare !== true && adapter === 'undici';
      const send = isDirect ? directly : (await openAxios()).send;
      try {
        return toResponse(await send(sent), charset);
      } catch (thrown) {
        throw proxy === undefined ? thrown : nameProxy(thrown, proxy);
      }
    },
    async close() {
      await dispatcher.close();
      (await axios)?.close();
    },
  };
}

/** To load it takes as long as to send a thousand requests: a process that asks for no token does without. */
async function loadAxios(adapter: 'undici' | 'http', directly: Send): Promise<AxiosClient> {
  const { createAxiosOver, createPlainAxios } = await import('./axios-clients.ts');
  return adapter === 'http' ? createPlainAxios() : createAxiosOver(directly);
}

function toResponse({ status, headers, bytes }: ReceivedAnswer, charset: string): RawResponse {
  const type = headers['content-type'];
  const decoded = decodeText(bytes, { type: Array.isArray(type) ? type[0] : type, charset });
  return { status, headers, ...decoded };
}
