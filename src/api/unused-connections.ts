import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Lets nobody be waited for who has connected and asked nothing yet, as browsers do beforehand: Node.js takes such a
 * connection for a request under way, and a server that closes would wait for it until its headers are overdue.
 */
export function dropUnusedConnections(server: FastifyInstance): void {
  const unused = new Set<Socket>();
  let isClosing = false;
  server.server.on('connection', (socket: Socket) => {
    if (isClosing) {
      socket.destroy();
      return;
    }
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.server.on('request', ({ socket }) => unused.delete(socket));
  server.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of unused) socket.destroy();
  });
}
