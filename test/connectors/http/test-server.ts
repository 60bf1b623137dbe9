import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Parsed, where the text is JSON. */
  readonly body: unknown;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as it is. */
  readonly text?: string | Buffer;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** `cut`: the socket is destroyed, as when a reply gets lost. `hang`: no answer ever. */
export type Answer = Reply | 'cut' | 'hang';

export interface TestServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on a free port of the loopback; `answer` is asked for each request. */
export async function startTestServer(
  answer: (request: SeenRequest, index: number) => Answer | Promise<Answer>,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((message, response) => {
    void read(message).then(async (request) => {
      const index = seen.push(request) - 1;
      send(response, await answer(request, index));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, close: () => close(server) };
}

async function read(message: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(message.url ?? '/', 'http://host');
  return {
    method: message.method ?? '',
    url: message.url ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: message.headers,
    text,
    body: parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { status = 200, headers = {}, text, json } = answer;
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, ...(headers as Record<string, string>) });
  response.end(json === undefined ? text : JSON.stringify(json));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
