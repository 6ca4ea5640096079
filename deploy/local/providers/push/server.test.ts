import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import webpush from 'web-push';
import { createChaos } from '../chaos.ts';
import { createOutbox } from '../outbox.ts';
import type { PushSubscriptionJSON } from '../types.ts';
import { decrypt } from './decrypt.ts';
import { startPushServer } from './server.ts';

const vapid = { subject: 'mailto:push@notifyme.example', ...webpush.generateVAPIDKeys() };

let outbox: ReturnType<typeof createOutbox>;
let chaos: ReturnType<typeof createChaos>;
let server: Awaited<ReturnType<typeof startPushServer>>;

beforeEach(async () => {
  outbox = createOutbox({ keep: true });
  chaos = createChaos();
  const timing = { receiptMs: 0, reportMs: 0, fullMs: 0, slowMs: 400 };
  server = await startPushServer({ host: '127.0.0.1', outbox, chaos, timing });
});

afterEach(() => server.stop());

type Change = { headers?: Record<string, string | undefined>; vapidDetails?: typeof vapid; timeout?: number };

/** web-push makes the request; it is sent by fetch because the library itself only speaks https. */
async function push(to: PushSubscriptionJSON, payload: string, change: Change = {}) {
  const { endpoint, method, headers, body } = webpush.generateRequestDetails(to, payload, {
    vapidDetails: change.vapidDetails ?? vapid,
    TTL: 60,
    urgency: 'high',
    topic: 'licence-1',
  });
  const wanted: Record<string, unknown> = { ...(headers as object), 'Content-Length': undefined, ...change.headers };
  const sent = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return fetch(endpoint, {
    method,
    headers: Object.fromEntries(sent.map(([name, value]) => [name, String(value)])),
    body: new Uint8Array(body ?? []),
    signal: AbortSignal.timeout(change.timeout ?? 5_000),
  });
}

const notice = JSON.stringify({ title: 'سجلات', body: 'تم تجديد السجل' });

it('decrypts the example of RFC 8291, appendix A', () => {
  const key = (text: string) => Buffer.from(text, 'base64url');
  const message = key(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
  const keys = {
    privateKey: key('q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94'),
    publicKey: key('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
    auth: key('BTBZMqHH6r4Tts7J_aSIgg'),
  };
  expect(decrypt(message, keys)).toBe('When I grow up, I want to be a watermelon');
});

describe('a message', () => {
  it('is shown with title and body, and answered 201 with its Location (RFC 8030, section 5)', async () => {
    const subscription = server.create();
    const response = await push(subscription, notice);
    expect(response.status).toBe(201);
    const [item] = outbox.push();
    expect(response.headers.get('location')).toBe(`${server.origin}/message/${item!.id}`);
    expect(item).toMatchObject({
      service: 'webpush',
      to: subscription.endpoint,
      title: 'سجلات',
      body: 'تم تجديد السجل',
      ttl: 60,
      urgency: 'high',
      topic: 'licence-1',
    });
  });

  it('made for the keys of another subscription is refused', async () => {
    const [mine, other] = [server.create(), server.create()];
    expect((await push({ ...mine, keys: other.keys }, notice)).status).toBe(400);
    expect(outbox.counts().push).toBe(0);
  });

  it.each([
    ['no VAPID', { Authorization: undefined }, 401],
    ['a VAPID token of no worth', { Authorization: 'vapid t=a.b.c, k=BAAA' }, 403],
    ['no TTL', { TTL: undefined }, 400],
    ['an unknown urgency', { Urgency: 'now' }, 400],
    ['a topic of 33 characters', { Topic: 'x'.repeat(33) }, 400],
    ['another content coding', { 'Content-Encoding': 'aesgcm' }, 415],
  ])('with %s is refused', async (_, headers, status) => {
    expect((await push(server.create(), notice, { headers })).status).toBe(status);
    expect(outbox.counts().push).toBe(0);
  });

  it('signed for another push service is refused (RFC 8292: aud)', async () => {
    const { Authorization } = webpush.getVapidHeaders(
      'https://push.example',
      vapid.subject,
      vapid.publicKey,
      vapid.privateKey,
      'aes128gcm',
    );
    expect((await push(server.create(), notice, { headers: { Authorization } })).status).toBe(403);
  });

  it('by a key that the subscription was not made for is refused', async () => {
    const response = await fetch(`${server.origin}/subscriptions`, {
      method: 'POST',
      body: JSON.stringify({ applicationServerKey: vapid.publicKey }),
    });
    const subscription = (await response.json()) as PushSubscriptionJSON;
    const stranger = { subject: vapid.subject, ...webpush.generateVAPIDKeys() };
    expect((await push(subscription, notice, { vapidDetails: stranger })).status).toBe(403);
    expect((await push(subscription, notice)).status).toBe(201);
  });
});

describe('C35: a subscription', () => {
  it.each([
    ['gone', 410],
    ['missing', 404],
    ['busy', 429],
    ['broken', 500],
    ['bad', 400],
  ])('with the magic word %s answers %i', async (magic, status) => {
    expect((await push(server.create(magic), notice)).status).toBe(status);
  });

  it('that was deleted answers 410', async () => {
    const subscription = server.create();
    expect((await fetch(subscription.endpoint, { method: 'DELETE' })).status).toBe(204);
    expect((await push(subscription, notice)).status).toBe(410);
  });
});

describe('chaos', () => {
  it.each([
    ['refuse', 503],
    ['throttle', 429],
  ] as const)('%s answers %i with Retry-After', async (mode, status) => {
    chaos.set('push', mode);
    const response = await push(server.create(), notice);
    expect(response.status).toBe(status);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it.each([
    ['black-hole', 0],
    ['reset', 0],
    ['slow', 0],
    ['accept-then-timeout', 1],
  ] as const)('C16: %s fails a client of 200 ms with %i messages shown by then', async (mode, shown) => {
    chaos.set('push', mode);
    await expect(push(server.create(), notice, { timeout: 200 })).rejects.toThrow();
    expect(outbox.counts().push).toBe(shown);
  });
});
