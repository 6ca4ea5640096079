import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';

export type AgentOptions = {
  /** Most connections at a time, kept alive between calls. */
  maxSockets: number;
  /** Longest time for name, connection and TLS handshake together, in milliseconds. */
  connectTimeoutMs: number;
  /** An unused connection is closed by us after this long, before the far side does it in the middle of a request. */
  idleTimeoutMs: number;
};

const unsent = new WeakSet<object>();

/**
 * True when the error arose before its connection was ready, so that no byte of the request can have arrived. Only
 * then may a message be sent again without asking whether it went out twice.
 */
export const isUnsent = (error: unknown): boolean => typeof error === 'object' && error !== null && unsent.has(error);

/** Agents for http and https whose connections remember whether they ever became ready. */
export const createAgents = (options: AgentOptions): { httpAgent: http.Agent; httpsAgent: https.Agent } => ({
  httpAgent: watched(new http.Agent(settings(options)), 'connect', options.connectTimeoutMs),
  httpsAgent: watched(new https.Agent(settings(options)), 'secureConnect', options.connectTimeoutMs),
});

const settings = ({ maxSockets, idleTimeoutMs }: AgentOptions): http.AgentOptions => ({
  keepAlive: true,
  maxSockets,
  maxFreeSockets: maxSockets,
  timeout: idleTimeoutMs,
});

const watched = <A extends http.Agent>(agent: A, ready: 'connect' | 'secureConnect', timeoutMs: number): A => {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (socket) watch(socket, ready, timeoutMs);
    return socket;
  };
  return agent;
};

const watch = (socket: Duplex, ready: string, timeoutMs: number): void => {
  const onError = (error: Error): void => {
    clearTimeout(timer);
    unsent.add(error);
  };
  const timer = setTimeout(
    () => socket.destroy(Object.assign(new Error('No connection in time'), { code: 'ECONNTIMEOUT' })),
    timeoutMs,
  );
  socket.on('error', onError);
  socket.once('close', () => clearTimeout(timer));
  socket.once(ready, () => {
    clearTimeout(timer);
    socket.off('error', onError);
  });
};
