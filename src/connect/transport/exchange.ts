import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { createTransportError, errorCodeOf } from './transport-failure.ts';

/** A request as it goes out. */
export interface SentRequest {
  readonly method: string;
  /** Absolute, already encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** Of what is read from the wire and, again, of what that unpacks to. */
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

export interface ReceivedAnswer {
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
}

export type Send = (request: SentRequest) => Promise<ReceivedAnswer>;

/**
 * Sends a request by undici's dispatch, and gives the answer whole. What it rejects with says whether the request had
 * been sent, which decides whether a write may be repeated.
 */
export function exchange(agent: Pick<Dispatcher, 'dispatch'>, request: SentRequest): Promise<ReceivedAnswer> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, resolve, reject);
    try {
      agent.dispatch(toOptions(request), exchange);
    } catch (thrown) {
      exchange.fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  });
}

function toOptions({ method, url, headers, body }: SentRequest): Dispatcher.DispatchOptions {
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  return {
    origin: pathStart < 0 ? url : url.slice(0, pathStart),
    path: pathStart < 0 ? '/' : url.slice(pathStart),
    method,
    headers,
    body: body ?? null,
  };
}

/**
 * One request and its answer: waiting for a socket → sent (headers may have left) → answered → settled. It may be
 * stopped at any time; once it has settled, nothing more is written.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: ReceivedAnswer) => void;
  readonly #reject: (error: Error) => void;
  readonly #maxBytes: number;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #sent = false;
  #settled = false;
  #size = 0;
  #status = 0;
  #statusText = '';
  #headers: ReceivedAnswer['headers'] = {};

  constructor(
    { maxBytes, signal, timeoutMs }: SentRequest,
    resolve: (answer: ReceivedAnswer) => void,
    reject: (error: Error) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#maxBytes = maxBytes;
    this.#timer = setTimeout(
      () => this.stop('TL_TIMEOUT', `no whole answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    this.#signal = signal;
    if (signal !== undefined) enter(signal, this);
  }

  fail(error: Error, code = errorCodeOf(error)): void {
    if (this.#settle()) this.#reject(createTransportError(code, this.#sent, error));
  }

  stop(code: string, message: string): void {
    const error = new Error(message);
    this.fail(error, code);
    this.#controller?.abort(error);
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
    headers: ReceivedAnswer['headers'],
    statusText = '',
  ): void {
    // Answers in the 1xx come first; the last one counts.
    this.#status = status;
    this.#statusText = statusText;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= this.#maxBytes) this.#chunks.push(chunk);
    else this.stop('TL_TOO_LARGE', `more than ${this.#maxBytes} bytes`);
  }

  onResponseEnd(): void {
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const unpack = unpackerOf(this.#headers['content-encoding']);
    if (unpack === undefined || bytes.length === 0) {
      this.#succeed(bytes);
      return;
    }
    unpack(bytes, { maxOutputLength: this.#maxBytes }).then(
      (unpacked) => this.#succeed(unpacked),
      (thrown: Error) => this.fail(thrown),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  #succeed(bytes: Buffer): void {
    if (!this.#settle()) return;
    this.#resolve({
      status: this.#status,
      statusText: this.#statusText,
      headers: this.#headers,
      bytes,
    });
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    if (this.#signal !== undefined) leave(this.#signal, this);
    return true;
  }
}

interface UnderWay {
  readonly exchanges: Set<Exchange>;
  stopAll(): void;
}

const underWay = new WeakMap<AbortSignal, UnderWay>();

/** One listener for all exchanges under a signal: the requests of a batch share theirs, and listening costs more than the rest. */
function enter(signal: AbortSignal, exchange: Exchange): void {
  const known = underWay.get(signal);
  if (known !== undefined) return void known.exchanges.add(exchange);
  const exchanges = new Set([exchange]);
  const stopAll = () => {
    for (const each of exchanges) each.stop('TL_ABORTED', 'stopped by the caller');
  };
  underWay.set(signal, { exchanges, stopAll });
  signal.addEventListener('abort', stopAll, { once: true });
}

/** The last one turns off the light: a signal made of others is kept for as long as somebody listens to it. */
function leave(signal: AbortSignal, exchange: Exchange): void {
  const known = underWay.get(signal);
  known?.exchanges.delete(exchange);
  if (known === undefined || known.exchanges.size > 0) return;
  underWay.delete(signal);
  signal.removeEventListener('abort', known.stopAll);
}

const unpackers = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

function unpackerOf(encoding: string | string[] | undefined) {
  const name = encoding === undefined ? 'identity' : String(encoding).toLowerCase();
  return Object.hasOwn(unpackers, name) ? unpackers[name as keyof typeof unpackers] : undefined;
}
