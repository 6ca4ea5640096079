import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkGateway } from '../../shared/gateway-signature.ts';
import { type HttpFarSide, openHttpFarSide, type Replies, type Reply } from '../far-sides/http.ts';
import { behavesAsProvider, type Mode, sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest } from '../provider.ts';
import { createSmsGateway } from './gateway.ts';

const KEY = 'invented-gateway-key';
const json = (status: number, body: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const replies: Replies = {
  accept: json(202, { id: 'g-1', status: 'accepted' }),
  refuse: json(422, { error: { code: 'invalid_number', message: '+97336001234 is no mobile number' } }),
  later: json(503, { error: { code: 'unavailable' } }),
  throttle: json(429, { error: { code: 'rate_limited' } }),
  garbage: { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Welcome to the network' },
};

const open = async (mode: Mode, now?: () => number) => {
  const far = await openHttpFarSide(mode, replies);
  const url = `${far.url}/v2/messages?account=7`;
  const callbackUrl = 'https://notifyme.example/callbacks/sms-gateway';
  const provider = createSmsGateway({ url, key: KEY, callbackUrl, timeoutMs: 1_500, ...(now && { now }) });
  return { provider, far, handed: () => far.taken.length, stop: far.stop };
};

behavesAsProvider('SMS by a gateway', open, () => sampleRequest('sms'));

describe('SMS by a gateway', () => {
  const NOW = Date.UTC(2026, 10, 24, 9);
  let far: HttpFarSide;
  let provider: Provider;
  beforeEach(async () => {
    ({ far, provider } = await open('accepts', () => NOW));
  });
  afterEach(async () => {
    await provider.close();
    await far.stop();
  });
  const sent = async (parts: Partial<SendRequest> = {}) => {
    await provider.send(sampleRequest('sms', parts));
    return far.taken.at(-1)!;
  };

  it('posts the text under our reference, with the sender and the encoding that a handset needs', async () => {
    const { method, path, body } = await sent();
    expect([method, path]).toEqual(['POST', '/v2/messages?account=7']);
    expect(JSON.parse(body.toString())).toEqual({
      reference: 'd_0123456789abcdef0123456789abcdef',
      to: '+97336001234',
      from: 'Sijilat',
      text: 'Your licence 123 is renewed.',
      encoding: 'gsm7',
      validity: 3600,
      callback: 'https://notifyme.example/callbacks/sms-gateway',
    });
  });

  it('says ucs2 for an Arabic text', async () => {
    const { body } = await sent({ message: { channel: 'sms', text: 'رخصتك جُددت', segments: 1 } });
    expect(JSON.parse(body.toString())).toMatchObject({ text: 'رخصتك جُددت', encoding: 'ucs2' });
  });

  it('signs time and body', async () => {
    const { headers, body } = await sent();
    // printf '1795510800.%s' "$body" | openssl dgst -sha256 -hmac invented-gateway-key
    expect(headers['x-gateway-timestamp']).toBe('1795510800');
    expect(headers['x-gateway-signature']).toBe('v1=c8a7572f6856bb19db6be5718830a4cfae76b3d694f39fa8f3f9c42ecc03d901');
    const header = (name: string) => headers[name] as string;
    expect(checkGateway([KEY], header, body, NOW)).toBeNull();
    expect(checkGateway([KEY], header, Buffer.from(`${body} `), NOW)).toBe('bad_signature');
  });

  it('repeats the reference and the body of a repeated delivery, so that the gateway can tell', async () => {
    const [first, second] = [await sent(), await sent()];
    expect(second.body.toString()).toBe(first.body.toString());
  });

  it('hands back the id of the gateway', async () => {
    expect(await provider.send(sampleRequest('sms'))).toEqual({ kind: 'accepted', providerRef: 'g-1', code: null });
  });

  it('keeps its connections for the next messages', async () => {
    for (let message = 0; message < 10; message++) await sent();
    // The first may not be back in the pool yet when the second message leaves.
    expect([far.taken.length, far.connections() <= 2]).toEqual([10, true]);
  });
});
