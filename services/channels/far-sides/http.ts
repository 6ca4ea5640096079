import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Mode } from '../provider.behaviour.ts';

export type Reply = { status: number; headers?: Record<string, string>; body?: string | Buffer };
/** `raw` bytes go out in place of an HTTP answer. */
export type Replies = { accept: Reply; refuse: Reply; later: Reply; throttle: Reply; garbage: Reply | { raw: string } };
export type Taken = { method: string; path: string; headers: http.IncomingHttpHeaders; body: Buffer };

export type HttpFarSide = { url: string; taken: Taken[]; connections(): number; stop(): Promise<void> };

/** Time within which the slow far side answers, in milliseconds. */
const SLOW = 150;

/** Starts a stand-in of an HTTP provider that behaves as `mode` says. For tests. */
export const openHttpFarSide = async (mode: Mode, replies: Replies): Promise<HttpFarSide> => {
  const taken: Taken[] = [];
  if (mode === 'times out before it could accept') return silent(taken);
  const server = http.createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { method = '', url = '', headers } = request;
    taken.push({ method, path: url, headers, body });
    behave(mode, replies, response);
  });
  const { port, stop, connections } = await listen(server);
  if (mode === 'refuses the connection') await stop();
  return { url: `http://127.0.0.1:${port}`, taken, connections, stop };
};

const behave = (mode: Mode, replies: Replies, response: http.ServerResponse): void => {
  switch (mode) {
    case 'closes half-way after it may have accepted':
      response.socket?.end('HTTP/1.1 20');
      break;
    case 'times out after it may have accepted':
      break;
    case 'is slow but in time':
      setTimeout(() => answer(response, replies.accept), SLOW);
      break;
    default:
      answer(response, replies[REPLY[mode] ?? 'accept']);
  }
};

const REPLY: Partial<Record<Mode, keyof Replies>> = {
  'refuses for good': 'refuse',
  'refuses for now': 'later',
  'asks to slow down': 'throttle',
  'answers garbage after it may have accepted': 'garbage',
};

const answer = (response: http.ServerResponse, reply: Reply | { raw: string }): void => {
  if ('raw' in reply) response.socket?.end(reply.raw);
  else response.writeHead(reply.status, reply.headers).end(reply.body);
};

/** Takes the connection and never shakes hands for TLS. */
const silent = async (taken: Taken[]): Promise<HttpFarSide> => {
  const { port, stop, connections } = await listen(net.createServer());
  return { url: `https://127.0.0.1:${port}`, taken, connections, stop };
};

/** Listens on a free port of this machine; `stop` also ends what is connected, and may be called again. */
export const listen = async (
  server: net.Server,
): Promise<{ port: number; connections(): number; stop(): Promise<void> }> => {
  let count = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, connections: () => count, stop };
};
