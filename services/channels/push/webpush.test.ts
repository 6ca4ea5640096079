import { createPublicKey } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import webPush from 'web-push';
import { openBrowser } from '../far-sides/browser.ts';
import { type HttpFarSide, openHttpFarSide, type Replies, type Reply } from '../far-sides/http.ts';
import { behavesAsProvider, type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createWebPush, type WebPushOptions } from './webpush.ts';

const keys = webPush.generateVAPIDKeys();
const vapid = { subject: 'mailto:push@notifyme.example', ...keys };
const browser = openBrowser();

const replies = (refuse: Reply = { status: 410 }): Replies => ({
  accept: { status: 201, headers: { location: '/m/1' } },
  refuse,
  later: { status: 503 },
  throttle: { status: 429, headers: { 'retry-after': '7' } },
  garbage: { raw: 'Welcome!\r\n\r\n' },
});

let far: HttpFarSide;
const openPush = async (mode: Mode, given = replies(), options: Partial<WebPushOptions> = {}) => {
  far = await openHttpFarSide(mode, given);
  const pushServices = ['127.0.0.1'];
  const provider = createWebPush({ vapid, timeoutMs: 1_500, allowPrivate: true, pushServices, ...options });
  return { provider, handed: () => far.taken.length, stop: far.stop };
};
const pushTo = (endpoint: string, parts: Partial<SendRequest> = {}) =>
  sampleRequest('push', { addressKind: 'webpush', address: browser.subscription(endpoint), ...parts });

behavesAsProvider('push by Web Push', openPush, () => pushTo(`${far.url}/p/secret`));

describe('push by Web Push', () => {
  let provider: Provider;
  const start = async (mode: Mode = 'accepts', given = replies(), options: Partial<WebPushOptions> = {}) => {
    ({ provider } = await openPush(mode, given, options));
  };
  afterEach(async () => {
    await provider.close();
    await far.stop();
  });
  const send = (parts: Partial<SendRequest> = {}) => provider.send(pushTo(`${far.url}/p/secret`, parts));
  const sent = async (parts: Partial<SendRequest> = {}) => {
    expect(await send(parts)).toMatchObject({ kind: 'accepted' });
    const { headers, body, path } = far.taken.at(-1)!;
    return { headers, path, body, payload: browser.read(body) as Record<string, string> };
  };

  it('tells the browser title, body, language, direction and notice, so that only it can read them', async () => {
    await start();
    const message = { channel: 'push', title: 'تجديد', body: 'رخصتك جُددت' } as const;
    const { payload, body, path } = await sent({ message, language: 'ar' });
    const notificationId = 'n_fedcba9876543210fedcba9876543210';
    expect(payload).toEqual({ title: 'تجديد', body: 'رخصتك جُددت', lang: 'ar', dir: 'rtl', notificationId });
    expect(body.includes(notificationId)).toBe(false);
    expect(path).toBe('/p/secret');
  });

  it.each([
    ['urgent', 'high'],
    ['normal', 'normal'],
    ['bulk', 'low'],
  ] as const)('sends the %s lane with urgency %s', async (lane, urgency) => {
    await start();
    expect((await sent({ lane })).headers.urgency).toBe(urgency);
  });

  it('lets the push service keep a notice until it expires, and replace it by a repeat', async () => {
    await start();
    const first = await sent({ ttlSeconds: 59.9 });
    const second = await sent({ deliveryId: 'd_other' });
    const other = await sent({ notificationId: 'n_other' });
    expect(first.headers.ttl).toBe('59');
    expect(first.headers.topic).toMatch(/^[\w-]{1,32}$/);
    expect(second.headers.topic).toBe(first.headers.topic);
    expect(other.headers.topic).not.toBe(first.headers.topic);
  });

  it('signs for the push service with our key (RFC 8292), once for many messages', async () => {
    await start();
    const { headers } = await sent();
    const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? [];
    expect(key).toBe(vapid.publicKey);
    const point = Buffer.from(vapid.publicKey, 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const { payload } = await jwtVerify(token, publicKey, { audience: far.url });
    expect(payload.sub).toBe(vapid.subject);
    expect((await sent()).headers.authorization).toBe(headers.authorization);
  });

  it.each([
    ['en', 'Licence renewed. '.repeat(400)],
    ['ar', 'رخصتك جُدِّدَت '.repeat(400)],
    ['en', '👨‍👩‍👧‍👦'.repeat(400)],
  ] as const)('cuts a body that is too long between whole characters (%s)', async (language, body) => {
    await start();
    const message = { channel: 'push', title: 'T', body } as const;
    const { payload, body: encrypted } = await sent({ message, language });
    expect(encrypted.length).toBeLessThanOrEqual(4096);
    expect(encrypted.length).toBeGreaterThan(4096 - 64);
    const kept = payload.body!.replace(/…$/, '');
    const characters = (text: string) => [...new Intl.Segmenter(language).segment(text)].map(({ segment }) => segment);
    expect(payload.body).toMatch(/…$/);
    expect(characters(kept)).toEqual(characters(body).slice(0, characters(kept).length));
  });

  it('refuses a title that is too long', async () => {
    await start();
    const message = { channel: 'push', title: 'T'.repeat(5000), body: 'x' } as const;
    expect(await send({ message })).toMatchObject({ kind: 'refused', reason: 'too_large', contact: 'keep' });
    expect(far.taken).toHaveLength(0);
  });

  it('does not start with keys that cannot sign', async () => {
    await start();
    expect(() => createWebPush({ vapid: { ...vapid, privateKey: 'short' } })).toThrow(/private/i);
    expect(() => createWebPush({ vapid: { ...vapid, subject: 'nobody' } })).toThrow(/subject/i);
  });
});
