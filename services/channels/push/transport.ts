import { Agent } from 'undici';
import { withDeadline } from '../../shared/deadline.ts';
import { createPublicConnector } from '../../shared/net/connector.ts';
import { NotPublicError } from '../../shared/net/guard.ts';
import { createGate } from '../gate.ts';
import { type Failure, readPushStatus } from './statuses.ts';
import type { Encrypted } from './subscription.ts';

export type TransportOptions = {
  /** Longest time for one call, and until its connection stands, in milliseconds; default 10,000 and 3,000. */
  timeoutMs?: number;
  connectTimeoutMs?: number;
  /** Most calls at a time; default 25. */
  maxSockets?: number;
  /** For laptops and tests: also send to addresses inside a network, and by http. */
  allowPrivate?: boolean;
};

export type Answer = { kind: 'accepted'; code: string } | Failure;

/** Of an answer's body only so much is read, in bytes: the far side is whoever the endpoint names. */
const BODY_LIMIT = 4_096;

const unsent = new WeakSet<object>();

/** Posts to push services: only to checked addresses, never after a redirect, bounded in time, number and size. */
export const createTransport = (options: TransportOptions) => {
  const { timeoutMs = 10_000, maxSockets = 25 } = options;
  const gate = createGate(maxSockets);
  const agent = createAgent(options, timeoutMs, maxSockets);

  const ask = async (url: URL, { headers, body }: Encrypted, signal: AbortSignal): Promise<Answer> => {
    const { origin, pathname, search } = url;
    const answer = await agent.request({
      ...{ origin, path: `${pathname}${search}`, method: 'POST', headers, body, signal },
    });
    // The status has said it all, so trouble with the rest changes nothing.
    await answer.body.dump({ limit: BODY_LIMIT, signal }).catch(() => {});
    const { statusCode } = answer;
    if (statusCode >= 200 && statusCode <= 299) return { kind: 'accepted', code: `HTTP ${statusCode}` };
    return readPushStatus(statusCode, [answer.headers['retry-after'] ?? []].flat()[0], Date.now());
  };

  const post = (url: URL, message: Encrypted): Promise<Answer> =>
    withDeadline(timeoutMs, (signal) => ask(url, message, signal)).catch(readTrouble);
  return { post: (url: URL, message: Encrypted) => gate.run(() => post(url, message)), close: () => agent.destroy() };
};

/** Its errors tell whether a request can have left: not when no connection ever stood. */
const createAgent = (options: TransportOptions, timeoutMs: number, connections: number): Agent => {
  const { connectTimeoutMs = 3_000, allowPrivate = false } = options;
  const connect = createPublicConnector({ timeoutMs: Math.min(connectTimeoutMs, timeoutMs / 2), allowPrivate });
  return new Agent({
    connections,
    keepAliveTimeout: 10_000,
    connect: (target, callback) =>
      connect(target, (...result) => {
        if (result[0]) unsent.add(result[0]);
        callback(...result);
      }),
  });
};

const readTrouble = (error: unknown): Failure => {
  if (error instanceof NotPublicError) {
    return { kind: 'refused', reason: 'provider_refused', code: error.code, contact: 'keep' };
  }
  const { code, name } = error as { code?: unknown; name?: unknown };
  // A DOMException numbers its codes; its name says more.
  const known = typeof code === 'string' ? code : String(name);
  if (unsent.has(error as object)) return { kind: 'retry', reason: 'provider_unavailable', code: known };
  return { kind: 'unknown', code: known };
};
