import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Makes a server one that can be closed without delay. Gives the step that stops it from listening and resolves when
 * every request that came has its answer. Connections on which nothing was asked yet are broken off: browsers open some
 * in advance, and Node.js would wait for them until `headersTimeout`, a minute, long past the time that a stop has.
 */
export function closable(server: Server): () => Promise<void> {
  const unused = new Set<Socket>();
  let closing = false;
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    unused.delete(socket);
    // Kept alive by its client, the connection would stand until `keepAliveTimeout`.
    response.once('close', () => closing && setImmediate(() => server.closeIdleConnections()));
  });
  return () =>
    new Promise((resolve) => {
      closing = true;
      server.close(() => resolve());
      server.closeIdleConnections();
      for (const socket of unused) socket.destroy();
    });
}
