import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { Dispatcher } from 'undici';
import { present } from '../../contract/present.ts';
import { createTransportError, errorCodeOf } from './transport-failure.ts';

/**
 * An axios adapter over undici's dispatch: same interface, twice the requests a second of axios' own adapters.
 * It resolves with the body as bytes. Its errors say whether the request had been sent, which decides whether a
 * write may be repeated. `timeout` covers the whole exchange, `maxContentLength` what is read from the wire and,
 * again, what that unpacks to.
 */
export function createUndiciAdapter(agent: Pick<Dispatcher, 'dispatch'>): AxiosAdapter {
  return (config) =>
    new Promise((resolve, reject) => {
      const exchange = new Exchange(config, resolve, reject);
      try {
        agent.dispatch(toOptions(config), exchange);
      } catch (thrown) {
        exchange.fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    });
}

function toOptions(config: InternalAxiosRequestConfig): Dispatcher.DispatchOptions {
  const url = present(config.url, 'the URL of a request');
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  return {
    origin: pathStart < 0 ? url : url.slice(0, pathStart),
    path: pathStart < 0 ? '/' : url.slice(pathStart),
    method: present(config.method, 'the method of a request').toUpperCase(),
    headers: toHeaders(config),
    body: typeof config.data === 'string' ? config.data : null,
  };
}

/**
 * One request and its answer: waiting for a socket → sent (headers may have left) → answered → settled. It may be
 * stopped at any time; once it has settled, nothing more is written.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #config: InternalAxiosRequestConfig;
  readonly #resolve: (response: AxiosResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #maxBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #sent = false;
  #settled = false;
  #size = 0;
  #answer: Pick<AxiosResponse, 'status' | 'statusText' | 'headers'> = {
    status: 0,
    statusText: '',
    headers: {},
  };

  constructor(
    config: InternalAxiosRequestConfig,
    resolve: (response: AxiosResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#config = config;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#maxBytes = config.maxContentLength ?? -1;
    this.#signal = config.signal as AbortSignal | undefined;
    this.#timer = setTimeout(
      () => this.#stop('TL_TIMEOUT', `no whole answer within ${config.timeout} ms`),
      config.timeout,
    );
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  fail(error: Error, code = errorCodeOf(error)): void {
    if (this.#settle()) this.#reject(createTransportError(code, this.#sent, error));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Stopped while it waited for a socket: undici writes nothing of a request that is aborted here.
    if (this.#settled) controller.abort(new Error('stopped'));
    else this.#sent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
    statusText = '',
  ): void {
    // Answers in the 1xx come first; the last one counts.
    this.#answer = { status, statusText, headers: headers as AxiosResponse['headers'] };
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#maxBytes < 0 || this.#size <= this.#maxBytes) this.#chunks.push(chunk);
    else this.#stop('TL_TOO_LARGE', `more than ${this.#maxBytes} bytes`);
  }

  onResponseEnd(): void {
    const encoding = String(this.#answer.headers['content-encoding'] ?? 'identity').toLowerCase();
    unpackBody(this.#chunks, encoding, this.#maxBytes).then(
      (data) => this.#settle() && this.#resolve({ ...this.#answer, data, config: this.#config }),
      (thrown: Error) => this.fail(thrown),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  readonly #onAbort = (): void => this.#stop('TL_ABORTED', 'stopped by the caller');

  #stop(code: string, message: string): void {
    const error = new Error(message);
    this.fail(error, code);
    this.#controller?.abort(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

function toHeaders(config: InternalAxiosRequestConfig): Record<string, string> {
  const headers: Record<string, string> = {};
  // Own members of AxiosHeaders are the headers; going through its toJSON costs as much as the rest of the call.
  for (const [name, value] of Object.entries(config.headers)) {
    if (value === null || value === undefined || value === false) continue;
    // axios names a content type for every POST, also for one without content.
    if (config.data === undefined && name.toLowerCase() === 'content-type') continue;
    headers[name] = String(value);
  }
  return headers;
}

const unpack = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

async function unpackBody(chunks: readonly Buffer[], encoding: string, maxBytes: number): Promise<Buffer> {
  const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  if (bytes === undefined || bytes.length === 0 || !Object.hasOwn(unpack, encoding)) {
    return bytes ?? Buffer.alloc(0);
  }
  const limit = maxBytes >= 0 ? { maxOutputLength: maxBytes } : {};
  return unpack[encoding as keyof typeof unpack](bytes, limit);
}
