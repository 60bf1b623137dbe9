import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Fault } from '../contract/fault.ts';
import { toProblem } from './problem.ts';

/** By what Node says of a request that it cannot read. */
const refusals: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the address and the headers are longer than this server takes'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request has not come to its end in time'],
};

/** What is no request by the rules of HTTP is told so, and its connection closed: nobody knows where the next one begins. */
export function refuseUnread(thrown: Error & { readonly code?: string }, socket: Socket): void {
  if (thrown.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = refusals[thrown.code ?? ''] ?? [400, 'the request is none by the rules of HTTP'];
  const body = JSON.stringify(toProblem(new Fault('TL_ARGUMENT_INVALID', message), status, randomUUID()));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
