import type dns from 'node:dns';
import { Agent } from 'undici';
import { withDeadline } from '../shared/deadline.ts';
import { createPublicConnector } from '../shared/net/connector.ts';
import { readAddress } from './address.ts';
import type { Answer } from './schedule.ts';
import type { WebhookHeaders } from './sign.ts';

export type SenderOptions = {
  /** Longest time of one request, its connection included, in milliseconds. */
  timeoutMs: number;
  /** For laptops and tests: also post to addresses inside a network. */
  allowPrivate: boolean;
  /** The resolver; the system's when left out. */
  lookup?: typeof dns.lookup;
};
export type Sender = ReturnType<typeof createSender>;

/** Of an answer's body only so much is read, in bytes: the far side is whoever the entity names. */
const BODY_LIMIT = 4_096;

/** Posts to endpoints: only to checked addresses, never after a redirect, bounded in time and size. */
export function createSender({ timeoutMs, allowPrivate, lookup }: SenderOptions) {
  const connect = createPublicConnector({ timeoutMs: Math.ceil(timeoutMs / 2), allowPrivate, lookup });
  const agent = new Agent({ connect, keepAliveTimeout: 10_000, pipelining: 1 });

  return {
    /** Never throws: what went wrong stands in `result`, as `HTTP <status>` or the code of an error. */
    async send(address: string, headers: WebhookHeaders, body: string): Promise<Answer> {
      const url = readAddress(address, allowPrivate);
      if (!url) return { status: null, result: 'ENOTPUBLIC', retryAfterMs: 0 };
      try {
        return await withDeadline(timeoutMs, (signal) => post(agent, url, headers, body, signal));
      } catch (error) {
        const { code, name } = error as { code?: unknown; name?: unknown };
        // A DOMException numbers its codes; its name says more.
        return { status: null, result: typeof code === 'string' ? code : String(name), retryAfterMs: 0 };
      }
    },
    close: () => agent.destroy(),
  };
}

async function post(
  agent: Agent,
  url: URL,
  headers: WebhookHeaders,
  body: string,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await agent.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'NotifyMe-Webhooks/1', ...headers },
    body: Buffer.from(body, 'utf8'),
    signal,
  });
  // The status has said it all, so trouble with the rest changes nothing.
  await answer.body.dump({ limit: BODY_LIMIT, signal }).catch(() => {});
  const { statusCode: status } = answer;
  return { status, result: `HTTP ${status}`, retryAfterMs: restOf(answer.headers['retry-after']) };
}

/** Retry-After in seconds (RFC 9110, section 10.2.3); its other form, a date, is passed over. */
const restOf = (header: string | string[] | undefined): number => {
  const text = [header ?? ''].flat()[0] ?? '';
  return /^[0-9]{1,6}$/.test(text) ? Number(text) * 1_000 : 0;
};
