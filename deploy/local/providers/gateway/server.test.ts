import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkGateway, signGateway } from '../../../../services/shared/gateway-signature.ts';
import { listenHttp, readBody } from '../http.ts';
import { startLocalProviders } from '../index.ts';
import type { LocalProviders } from '../types.ts';
import { until } from '../until.ts';

const KEY = 'local-gateway-key';
type Received = { body: Record<string, string>; fault: string | null };

let providers: LocalProviders;
let receiver: Awaited<ReturnType<typeof listenHttp>>;
let received: Received[];
let answer: () => number;

beforeEach(async () => {
  received = [];
  answer = () => 204;
  receiver = await listenHttp(async (request, response) => {
    const raw = (await readBody(request, 1e6))!;
    const fault = checkGateway([KEY], (name) => request.headers[name] as string, raw, Date.now());
    received.push({ body: JSON.parse(raw.toString()), fault });
    response.writeHead(answer()).end();
  }, '127.0.0.1');
  providers = await startLocalProviders({ gatewayKey: KEY, timing: { receiptMs: 0 } });
});
afterEach(async () => {
  await providers.stop();
  await receiver.stop();
});

const send = async (to: string, more: object = {}, key = KEY) => {
  const message = { reference: `d_${to}`, to, from: 'Sijilat', text: 'جُددت رخصتك', encoding: 'ucs2', ...more };
  const body = JSON.stringify({ callback: receiver.origin, ...message });
  const headers = signGateway(key, body, Date.now());
  const response = await fetch(providers.smsGatewayUrl, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as { id?: string; error?: { code: string } } };
};

describe('the local SMS gateway', () => {
  it('takes a signed message, shows it on the telephone, and reports it delivered', async () => {
    const { status, body } = await send('+97336001234');
    expect(status).toBe(202);
    await until(() => received.length === 1);
    expect(received[0]).toMatchObject({
      fault: null,
      body: { id: body.id, reference: 'd_+97336001234', status: 'delivered' },
    });
    const page = await (await fetch(`${providers.pagesUrl}/phone/97336001234`)).text();
    expect(page).toContain('جُددت رخصتك');
    expect(page).toContain('by sms-gateway');
  });

  it('refuses another key, and what is no number', async () => {
    expect(await send('+97336001234', {}, 'other')).toMatchObject({ status: 401 });
    expect(await send('0336')).toMatchObject({ status: 422, body: { error: { code: 'invalid_number' } } });
    expect(providers.outbox.sms()).toEqual([]);
  });

  it('knows a reference again: told once, refused for another text', async () => {
    const first = await send('+97336001234');
    const second = await send('+97336001234');
    expect(second).toMatchObject({ status: 409, body: { id: first.body.id, error: { code: 'duplicate_reference' } } });
    expect(await send('+97336001234', { text: 'other' })).toMatchObject({
      body: { error: { code: 'reference_in_use' } },
    });
    expect(providers.outbox.sms()).toHaveLength(1);
  });

  it.each([
    ['+97336001299', 'undelivered', 'opted_out'],
    ['+97336001298', 'undelivered', 'invalid_number'],
    ['+97336001297', 'undelivered', 'unreachable'],
    ['+97336001296', 'rejected', 'blocked'],
  ])('%s: %s, %s', async (to, status, error) => {
    await send(to);
    await until(() => received.length === 1);
    expect(received[0]?.body).toMatchObject({ status, error });
  });

  it('reports three times, or before it answers, or with a forged signature', async () => {
    await send('+97336001295');
    await until(() => received.length === 3);
    expect(new Set(received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    await send('+97336001294');
    expect(received).toHaveLength(4);
    await send('+97336001293');
    await until(() => received.length === 5);
    expect(received[4]?.fault).toBe('bad_signature');
  });

  it('repeats a report while the receiver is down', async () => {
    answer = () => (received.length < 3 ? 503 : 204);
    await send('+97336001234');
    await until(() => received.length === 3);
  });

  it.each([
    ['refuse', 503],
    ['throttle', 429],
  ] as const)('in mode %s answers %s and takes nothing', async (mode, status) => {
    providers.chaos('sms-gateway', mode);
    expect((await send('+97336001234')).status).toBe(status);
    expect(providers.outbox.counts().sms).toBe(0);
  });
});
