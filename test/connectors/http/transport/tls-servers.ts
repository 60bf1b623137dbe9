import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Made once, valid for a hundred years; the key of the authority is thrown away. */
export const certificates = fileURLToPath(new URL('certificates/', import.meta.url));

export const pem = (name: string): string => readFileSync(`${certificates}${name}.pem`, 'utf8');

export interface SecureRequest {
  readonly method: string;
  readonly path: string;
  /** Whom the client's certificate is for; `undefined`: it has shown none. */
  readonly client: string | undefined;
}

/** An https server on loopback; with `wantsClient` it takes only who has a certificate of the same authority. */
export async function startTlsServer(
  answer: (request: SecureRequest) => unknown,
  { wantsClient = false }: { readonly wantsClient?: boolean } = {},
): Promise<{ readonly url: string; readonly port: number; readonly seen: readonly SecureRequest[] }> {
  const options: ServerOptions = {
    ...{ key: pem('server-key'), cert: pem('server'), ca: pem('ca') },
    ...{ requestCert: true, rejectUnauthorized: wantsClient },
  };
  const seen: SecureRequest[] = [];
  const server = createHttpsServer(options, (message, response) => {
    message.resume();
    const { subject } = (message.socket as TLSSocket).getPeerCertificate();
    const client = subject?.CN;
    const request = {
      method: message.method ?? '',
      path: message.url ?? '',
      client: Array.isArray(client) ? client[0] : client,
    };
    seen.push(request);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(request)));
  });
  const port = await listen(server);
  return { url: `https://localhost:${port}`, port, seen };
}

export interface TestProxy {
  readonly url: string;
  readonly port: number;
  /** What it was asked for: `CONNECT host:port`, `GET http://…`. */
  readonly seen: readonly string[];
  /** Answered with instead of doing anything; 0: it lets all through. */
  refuses: number;
}

/** A forward proxy on loopback that wants these credentials, if any. */
export async function startProxy(credentials?: string): Promise<TestProxy> {
  const seen: string[] = [];
  const proxy = { url: '', port: 0, seen, refuses: 0 };
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const statusFor = (message: IncomingMessage) =>
    wanted !== undefined && message.headers['proxy-authorization'] !== wanted ? 407 : proxy.refuses;
  const server = createHttpServer((message, response) => {
    seen.push(`${message.method} ${message.url}`);
    message.resume();
    const status = statusFor(message);
    response
      .writeHead(status === 0 ? 200 : status, { 'content-type': 'application/json' })
      .end('{"items":[]}');
  });
  const tunnels = new Set<Socket>();
  server.on('connect', (message: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${message.url}`);
    tunnels.add(socket);
    socket.on('error', () => {});
    const status = statusFor(message);
    if (status !== 0) {
      socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (message.url ?? '').split(':');
    const system = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      system.pipe(socket).pipe(system);
    });
    tunnels.add(system);
    system.on('error', () => socket.destroy());
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of tunnels) socket.destroy();
  });
  return Object.assign(proxy, {
    port,
    url: `http://${credentials ? `${credentials}@` : ''}127.0.0.1:${port}`,
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
