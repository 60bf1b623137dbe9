import type { NetworkSettings } from '../../contract/connector.ts';
import { createAxiosOver, createPlainAxios } from './axios-clients.ts';
import { createDispatcher } from './create-dispatcher.ts';
import { decodeText } from './decode-text.ts';
import { exchange, type ReceivedAnswer, type SentRequest } from './exchange.ts';
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
  /** One of many, as there is one for each record: it goes by the shortest way. */
  readonly isFrequent?: boolean;
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

/**
 * Keep-alive sockets of one connection. Redirects are never followed: they could carry credentials elsewhere. What is
 * asked for once in a while goes through axios; its core costs as much as all else, so what is sent for each record does not.
 */
export function createTransport(options: TransportOptions): Transport {
  const { timeoutMs, maxResponseBytes: maxBytes, charset, network = {} } = options;
  const { proxy } = network;
  const dispatcher = createDispatcher(network, { connectMs: Math.min(timeoutMs, 10_000) });
  const plain = options.adapter === 'http' ? createPlainAxios() : undefined;
  const directly = (request: SentRequest) => exchange(dispatcher, request);
  const byAxios = (plain ?? createAxiosOver(directly)).send;
  const shortest = plain?.send ?? directly;
  return {
    async exchange({ method, url, headers, body, timeoutMs: ms = timeoutMs, isFrequent }, signal) {
      const sent = { method, url, headers, body, timeoutMs: ms, maxBytes, signal };
      try {
        const answer = await (isFrequent === true ? shortest : byAxios)(sent);
        return toResponse(answer, charset);
      } catch (thrown) {
        throw proxy === undefined ? thrown : nameProxy(thrown, proxy);
      }
    },
    async close() {
      await dispatcher.close();
      plain?.close();
    },
  };
}

function toResponse({ status, headers, bytes }: ReceivedAnswer, charset: string): RawResponse {
  const type = headers['content-type'];
  const decoded = decodeText(bytes, { type: Array.isArray(type) ? type[0] : type, charset });
  return { status, headers, ...decoded };
}
