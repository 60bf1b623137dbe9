import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { Agent, Dispatcher } from 'undici';
import { createTransportError, errorCodeOf } from './transport-failure.ts';

/**
 * An axios adapter over undici's dispatch: same interface, twice the requests a second of axios' own adapters.
 * It answers with the body as text. Its errors say whether the request had been sent, which decides whether a
 * write may be repeated. `timeout` covers the whole exchange, `maxContentLength` what is read from the wire and,
 * again, what that unpacks to.
 */
export function createUndiciAdapter(agent: Agent): AxiosAdapter {
  return (config) => new Promise((resolve, reject) => dispatch(agent, config, resolve, reject));
}

function dispatch(
  agent: Agent,
  config: InternalAxiosRequestConfig,
  resolve: (response: AxiosResponse) => void,
  reject: (error: Error) => void,
): void {
  const url = config.url ?? '';
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  const exchange = createExchange(config, resolve, reject);
  try {
    agent.dispatch(
      {
        origin: pathStart < 0 ? url : url.slice(0, pathStart),
        path: pathStart < 0 ? '/' : url.slice(pathStart),
        method: (config.method ?? 'get').toUpperCase(),
        headers: toHeaders(config),
        body: typeof config.data === 'string' ? config.data : null,
      },
      exchange,
    );
  } catch (thrown) {
    exchange.fail(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }
}

interface Exchange extends Dispatcher.DispatchHandler {
  fail(error: Error): void;
}

// Per request: waiting → sent (headers may have left) → answered → settled. `stop` may come at any time.
function createExchange(
  config: InternalAxiosRequestConfig,
  resolve: (response: AxiosResponse) => void,
  reject: (error: Error) => void,
): Exchange {
  const chunks: Buffer[] = [];
  const maxBytes = config.maxContentLength ?? -1;
  const signal = config.signal as AbortSignal | undefined;
  let controller: Dispatcher.DispatchController | undefined;
  let sent = false;
  let settled = false;
  let size = 0;
  let status = 0;
  let statusText = '';
  let headers: Record<string, string | string[] | undefined> = {};

  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    return true;
  };
  const fail = (error: Error, code?: string): void => {
    if (settle()) reject(createTransportError(code ?? errorCodeOf(error), sent, error));
  };
  const stop = (code: string, message: string): void => {
    const error = new Error(message);
    fail(error, code);
    controller?.abort(error);
  };
  const onAbort = (): void => stop('TL_ABORTED', 'stopped by the caller');
  const timer = setTimeout(
    () => stop('TL_TIMEOUT', `no whole answer within ${config.timeout} ms`),
    config.timeout,
  );
  signal?.addEventListener('abort', onAbort, { once: true });

  return {
    fail,
    onRequestStart(started) {
      controller = started;
      // Stopped while it waited for a socket: nothing has been written, and nothing will be.
      if (settled) started.abort(new Error('stopped'));
      else sent = true;
    },
    onResponseStart(_controller, code, received, message) {
      // 1xx answers come first, the last one counts.
      status = code;
      statusText = message ?? '';
      headers = received;
    },
    onResponseData(_controller, chunk) {
      size += chunk.length;
      if (maxBytes >= 0 && size > maxBytes) return stop('TL_TOO_LARGE', `more than ${maxBytes} bytes`);
      chunks.push(chunk);
    },
    onResponseEnd() {
      toText(chunks, headers['content-encoding'], maxBytes).then(
        (data) => settle() && resolve({ data, status, statusText, headers: headers as never, config }),
        fail,
      );
    },
    onResponseError(_controller, error) {
      fail(error);
    },
  };
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

async function toText(
  chunks: readonly Buffer[],
  encoding: string | string[] | undefined,
  maxBytes: number,
): Promise<string> {
  const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  if (bytes === undefined || bytes.length === 0) return '';
  const name = String(encoding ?? 'identity').toLowerCase();
  if (!Object.hasOwn(unpack, name)) return bytes.toString('utf8');
  const limit = maxBytes >= 0 ? { maxOutputLength: maxBytes } : {};
  return (await unpack[name as keyof typeof unpack](bytes, limit)).toString('utf8');
}
