import { afterEach, describe, expect, it } from '@jest/globals';
import webPush from 'web-push';
import { openBrowser } from '../far-sides/browser.ts';
import { type HttpFarSide, openHttpFarSide, type Replies, type Reply } from '../far-sides/http.ts';
import { type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createWebPush, pushServiceOf, type WebPushOptions } from './webpush.ts';

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

describe('refusals of Web Push', () => {
  let provider: Provider;
  const start = async (mode: Mode = 'accepts', given = replies(), options: Partial<WebPushOptions> = {}) => {
    ({ provider } = await openPush(mode, given, options));
  };
  afterEach(async () => {
    await provider.close();
    await far.stop();
  });
  const send = (parts: Partial<SendRequest> = {}) => provider.send(pushTo(`${far.url}/p/secret`, parts));

  it.each([
    [410, { kind: 'refused', reason: 'endpoint_gone', contact: 'dead' }],
    [404, { kind: 'refused', reason: 'endpoint_gone', contact: 'dead' }],
    [429, { kind: 'throttled' }],
    [500, { kind: 'retry', reason: 'provider_unavailable' }],
    [503, { kind: 'retry', reason: 'provider_unavailable' }],
    [408, { kind: 'retry', reason: 'provider_unavailable' }],
    [400, { kind: 'refused', reason: 'provider_refused', contact: 'keep' }],
    [413, { kind: 'refused', reason: 'too_large', contact: 'keep' }],
    [401, { kind: 'retry', reason: 'provider_misconfigured' }],
    [403, { kind: 'retry', reason: 'provider_misconfigured' }],
    [418, { kind: 'refused', reason: 'provider_refused', contact: 'keep' }],
  ])('C35: %i', async (status, meaning) => {
    await start('refuses for good', replies({ status, body: '{"reason":"INVALID_ARGUMENT"}' }));
    expect(await send()).toEqual({ ...meaning, code: `HTTP ${status}` });
  });

  it.each([
    ['7', 7_000],
    [new Date(Date.now() + 60_000).toUTCString(), 60_000],
    ['999999999', 3_600_000],
    ['soon', undefined],
  ])('waits as Retry-After asks (%s)', async (retryAfter, wait) => {
    await start('refuses for good', replies({ status: 429, headers: { 'retry-after': retryAfter } }));
    const result = await send();
    const waits = result.kind === 'throttled' ? result.retryAfterMs : null;
    if (wait === undefined) expect(waits).toBeUndefined();
    else expect(Math.abs(waits! - wait)).toBeLessThan(5_000);
  });

  it.each([
    ['asks to slow down', { kind: 'retry', reason: 'provider_throttled', retryAfterMs: 7_000 }],
    ['refuses for now', { kind: 'retry', reason: 'retry' }],
    ['refuses the connection', { kind: 'retry', reason: 'retry' }],
    ['refuses for good', { kind: 'refused', reason: 'endpoint_gone' }],
  ] as const)('lets a host that is no known push service delay only itself when it %s', async (mode, result) => {
    await start(mode, replies(), { pushServices: ['push.example'] });
    expect(await send()).toMatchObject(result);
  });

  it('follows no redirect', async () => {
    await start('refuses for good', replies({ status: 307, headers: { location: '/elsewhere' } }));
    expect(await send()).toMatchObject({ kind: 'refused', reason: 'provider_refused', contact: 'keep' });
    expect(far.taken).toHaveLength(1);
  });

  it('is not kept by an answer that never ends', async () => {
    const endless = { status: 201, headers: { 'content-length': '1000000000' }, body: Buffer.alloc(10_000) };
    await start('refuses for good', replies(endless), { timeoutMs: 30_000 });
    expect(await send()).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    'http://127.0.0.1:1/p',
    'https://127.0.0.1/p',
    'https://localhost/p',
    'https://[::1]/p',
    'https://[::ffff:10.0.0.1]/p',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f.1/p',
    'https://push.example:8443/p',
    'https://user:pass@push.example/p',
    'file:///etc/passwd',
  ])('sends nothing to %s', async (endpoint) => {
    await start('accepts', replies(), { allowPrivate: false });
    expect(await provider.send(pushTo(endpoint))).toEqual({
      kind: 'refused',
      reason: 'provider_refused',
      code: 'ENOTPUBLIC',
      contact: 'keep',
    });
  });

  it.each([
    'not json',
    '{}',
    JSON.stringify({ endpoint: 'https://push.example', keys: { p256dh: 'AA', auth: 'AA' } }),
    JSON.stringify({
      endpoint: 'https://push.example',
      keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16).toString('base64url') },
    }),
  ])('gives up a subscription that nobody can send to: %s', async (address) => {
    await start();
    expect(await send({ address })).toMatchObject({ kind: 'refused', reason: 'endpoint_gone', contact: 'dead' });
  });
});

describe('the push service of an address', () => {
  it.each([
    ['https://fcm.googleapis.com/fcm/send/a', 'fcm.googleapis.com'],
    ['https://updates.push.services.mozilla.com/wpush/v2/a', 'updates.push.services.mozilla.com'],
    ['https://web.push.apple.com/a', 'web.push.apple.com'],
    ['https://wns2-par02p.notify.windows.com/w/?token=a', 'wns2-par02p.notify.windows.com'],
    ['https://fcm.googleapis.com.example/a', null],
    ['https://notfcm.googleapis.com/a', null],
    ['https://push.example/a', null],
    ['no address', null],
  ])('of %s is %s', (endpoint, service) => {
    expect(pushServiceOf(JSON.stringify({ endpoint, keys: {} }))).toBe(service);
  });

  it.each(['not json', '{}', 'null'])('of %j is none', (address) => {
    expect(pushServiceOf(address)).toBeNull();
  });
});
