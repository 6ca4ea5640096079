import { Agent, buildConnector } from 'undici';
import { withDeadline } from '../../shared/deadline.ts';
import { createGate } from '../gate.ts';
import type { GatewayAnswer } from './gateway-answers.ts';

export type GatewayClientOptions = {
  url: URL;
  timeoutMs: number;
  connectTimeoutMs: number;
  maxSockets: number;
};

/** `unsent`: no connection ever stood, so nothing can have arrived. `lost`: nobody knows. */
export type GatewayCall =
  | { kind: 'answer'; answer: GatewayAnswer }
  | { kind: 'unsent'; code: string }
  | { kind: 'lost'; code: string };

/** Of an answer only so much is read, in bytes. */
const BODY_LIMIT = 64 * 1024;

/** Posts JSON to one address: bounded in number, time and size, without redirects and without repeating anything. */
export const createGatewayClient = ({ url, timeoutMs, connectTimeoutMs, maxSockets }: GatewayClientOptions) => {
  const gate = createGate(maxSockets);
  const unsent = new WeakSet<object>();
  const connect = buildConnector({ timeout: Math.min(connectTimeoutMs, timeoutMs / 2) });
  const agent = new Agent({
    connections: maxSockets,
    keepAliveTimeout: 10_000,
    connect: (target, callback) =>
      connect(target, (...result) => {
        if (result[0]) unsent.add(result[0]);
        callback(...result);
      }),
  });

  const ask = async (body: string, signed: Record<string, string>, signal: AbortSignal): Promise<GatewayCall> => {
    const { origin, pathname, search } = url;
    const answer = await agent.request({
      ...{ origin, path: `${pathname}${search}`, method: 'POST', body, signal },
      headers: { 'content-type': 'application/json; charset=utf-8', ...signed },
    });
    const retryAfter = [answer.headers['retry-after'] ?? []].flat()[0];
    return { kind: 'answer', answer: { status: answer.statusCode, body: await readText(answer.body), retryAfter } };
  };

  const post = async (body: string, sign: () => Record<string, string>): Promise<GatewayCall> => {
    try {
      return await withDeadline(timeoutMs, (signal) => ask(body, sign(), signal));
    } catch (error) {
      const { code, name } = error as { code?: unknown; name?: unknown };
      // A DOMException numbers its codes; its name says more.
      const known = typeof code === 'string' ? code : String(name);
      return { kind: unsent.has(error as object) ? 'unsent' : 'lost', code: known };
    }
  };
  return {
    // Signed behind the gate: a signature ages.
    post: (body: string, sign: () => Record<string, string>) => gate.run(() => post(body, sign)),
    close: () => agent.destroy(),
  };
};

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
