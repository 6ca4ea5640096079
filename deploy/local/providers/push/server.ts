import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerHttp, type Chaos, type HttpReply } from '../chaos.ts';
import { listenHttp, readBody } from '../http.ts';
import type { Outbox } from '../outbox.ts';
import type { PushSubscriptionJSON, Timing } from '../types.ts';
import { MAGIC, refusalOf, type Subscription } from './checks.ts';
import { createKeys, decrypt, readPayload, type SubscriptionKeys, subscriptionJson } from './decrypt.ts';
import { handOut } from './hand-out.ts';

// RFC 8030, section 7.2: a push service takes at least 4,096 bytes; real ones take no more.
const PAYLOAD_BYTES = 4096;
const SUBSCRIPTIONS = 10_000;

type PushServerDeps = { host: string; port?: number; outbox: Outbox; chaos: Chaos; timing: Timing };

/** A Web Push service (RFC 8030) together with the browser behind it: it checks, decrypts and shows. */
export async function startPushServer({ host, port, outbox, chaos, timing }: PushServerDeps) {
  const subscriptions = new Map<string, Subscription>();

  const create = (magic = '', serverKey: string | null = null): PushSubscriptionJSON => {
    if (subscriptions.size >= SUBSCRIPTIONS) subscriptions.delete(subscriptions.keys().next().value!);
    const id = `${magic ? `${magic}-` : ''}${randomUUID()}`;
    const keys = createKeys();
    subscriptions.set(id, { keys, serverKey });
    return subscriptionJson(`${http.origin}/wp/${id}`, keys);
  };

  const receive = async (request: IncomingMessage, id: string, body: Buffer | null): Promise<HttpReply> => {
    const magic = Object.keys(MAGIC).find((word) => id.startsWith(`${word}-`));
    if (magic) return MAGIC[magic]!;
    const subscription = subscriptions.get(id);
    if (!subscription) return MAGIC.gone!;
    const refusal = await refusalOf(request, body, subscription, http.origin);
    return refusal ?? show(request, `${http.origin}/wp/${id}`, body!, subscription);
  };

  const show = (request: IncomingMessage, to: string, body: Buffer, { keys }: Subscription): HttpReply => {
    const payload = body.length === 0 ? '' : tryDecrypt(body, keys);
    if (payload === null) return { status: 400, body: 'the message cannot be decrypted' };
    const id = randomUUID();
    const { ttl, urgency = 'normal', topic = null } = request.headers as Record<string, string | undefined>;
    const at = new Date().toISOString();
    outbox.addPush({
      id,
      at,
      service: 'webpush',
      to,
      ...readPayload(payload),
      payload,
      ttl: Number(ttl),
      urgency,
      topic,
    });
    return { status: 201, headers: { location: `${http.origin}/message/${id}`, ttl: ttl! } };
  };

  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const [, place, id = ''] = (request.url ?? '').split('/');
    const body = await readBody(request, PAYLOAD_BYTES);
    if (place === 'subscriptions') return handOut(request, response, body, create);
    const mode = request.method === 'POST' ? chaos.mode('push') : 'ok';
    return answerHttp(request, response, {
      mode,
      slowMs: timing.slowMs,
      refusal: { status: 503, headers: { 'retry-after': '5' }, body: 'service unavailable' },
      throttling: MAGIC.busy!,
      async work() {
        if (place !== 'wp') return { status: 404 };
        if (request.method === 'DELETE') return { status: subscriptions.delete(id) ? 204 : 404 };
        return request.method === 'POST' ? receive(request, id, body) : { status: 405 };
      },
    });
  };
  const http = await listenHttp(
    (request, response) => {
      listener(request, response).catch(() => response.destroy());
    },
    host,
    port,
  );
  return { origin: http.origin, create, stop: http.stop };
}

function tryDecrypt(body: Buffer, keys: SubscriptionKeys): string | null {
  try {
    return decrypt(body, keys);
  } catch {
    return null;
  }
}
