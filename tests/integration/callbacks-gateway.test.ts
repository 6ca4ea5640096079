import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DELIVERY, GATEWAY_KEY, json, startCallbacks } from './callbacks/harness.ts';

let callbacks: Awaited<ReturnType<typeof startCallbacks>>;

beforeEach(async () => {
  callbacks = await startCallbacks();
});
afterEach(() => callbacks.stop());

const report = (more: object = {}) =>
  JSON.stringify({ id: 'g-1', reference: DELIVERY, to: '+97336001234', status: 'delivered', at: AT, ...more });
const AT = '2026-11-24T09:00:00.500Z';

/** Signs by the gateway's manual: v1=hex(HMAC-SHA256(key, "<unix seconds>." + body)). */
const signed = (body: string, { key = GATEWAY_KEY, ageSeconds = 0 } = {}) => {
  const time = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const mac = createHmac('sha256', key).update(`${time}.${body}`).digest('hex');
  return { 'x-gateway-timestamp': time, 'x-gateway-signature': `v1=${mac}` };
};
const post = (body: string, headers: Record<string, string> = signed(body)) =>
  callbacks.post('/callbacks/sms-gateway', body, { 'content-type': 'application/json', ...headers });

describe('POST /callbacks/sms-gateway', () => {
  it('publishes a receipt for the delivery whose reference it names, its evidence sealed', async () => {
    expect((await post(report())).status).toBe(204);
    expect(callbacks.sink.receipts()).toMatchObject([
      {
        provider: 'sms-gateway',
        channel: 'sms',
        deliveryId: DELIVERY,
        providerRef: 'g-1',
        kind: 'delivered',
        occurredAt: AT,
      },
    ]);
    expect(JSON.stringify(callbacks.sink.published)).not.toContain('97336001234');
    expect(callbacks.sink.sealed[0]?.plain).toContain('+97336001234');
  });

  it.each([
    ['accepted', undefined, 'accepted', undefined],
    ['sent', undefined, 'sent', undefined],
    ['buffered', undefined, 'delayed', 'unreachable_phone'],
    ['delivered', undefined, 'delivered', undefined],
    ['expired', undefined, 'expired', 'unreachable_phone'],
    ['undelivered', undefined, 'soft_bounce', 'unreachable_phone'],
    ['rejected', undefined, 'refused', 'provider_refused'],
    ['undelivered', 'invalid_number', 'hard_bounce', 'invalid_number'],
    ['undelivered', 'unreachable', 'soft_bounce', 'unreachable_phone'],
    ['rejected', 'blocked', 'refused', 'blocked_by_carrier'],
    ['rejected', 'rejected_content', 'refused', 'rejected_content'],
    ['undelivered', 'opted_out', 'opted_out', 'opted_out'],
    ['undelivered', 'unavailable', 'refused', 'provider_unavailable'],
    ['undelivered', 'something_new', 'soft_bounce', 'unreachable_phone'],
    ['delivered', 'invalid_number', 'delivered', undefined],
  ])('%s %s is %s, %s', async (status, error, kind, reason) => {
    await post(report({ status, error }));
    expect(callbacks.sink.receipts()).toMatchObject([{ kind, ...(reason && { reason }) }]);
  });

  it.each([
    ['STOP', 'opted_out'],
    ['وقف', 'opted_out'],
    ['start', 'opted_in'],
    ['cancel my appointment', undefined],
  ])('takes a text from a number without any reference: %s', async (words, kind) => {
    const body = JSON.stringify({ id: 'in-1', from: '+97336001234', text: words, at: AT });
    expect((await post(body)).status).toBe(204);
    expect(callbacks.sink.receipts()).toMatchObject(kind ? [{ kind, channel: 'sms', occurredAt: AT }] : []);
    expect(JSON.stringify(callbacks.sink.published)).not.toContain('97336001234');
    expect(callbacks.sink.sealed[0]?.plain ?? '+97336001234').toContain('+97336001234');
  });

  it('takes several reports at once', async () => {
    const other = DELIVERY.replace('d_0', 'd_1');
    const body = JSON.stringify({ reports: [report(), report({ reference: other })].map((one) => JSON.parse(one)) });
    expect((await post(body)).status).toBe(204);
    expect(callbacks.sink.receipts().map(({ deliveryId }) => deliveryId)).toEqual([DELIVERY, other]);
  });

  it('gives a repeated report the same id, and another state another one', async () => {
    const body = report();
    const headers = signed(body);
    await post(body, headers);
    await post(body, headers);
    await post(report({ status: 'buffered' }));
    const [first, second, third] = callbacks.sink.receipts().map(({ id }) => id);
    expect([second === first, third === first]).toEqual([true, false]);
  });

  const body = report();
  it.each<[string, string, Record<string, string>, string]>([
    ['no signature', body, {}, 'bad_signature'],
    ['the signature of another key', body, signed(body, { key: 'guessed' }), 'bad_signature'],
    ['the signature of another body', report({ status: 'undelivered' }), signed(body), 'bad_signature'],
    ['another time than the signed one', body, { ...signed(body), 'x-gateway-timestamp': '1' }, 'bad_signature'],
    ['half a signature', body, { ...signed(body), 'x-gateway-signature': 'v1=00' }, 'bad_signature'],
    ['an empty key', body, signed(body, { key: '' }), 'bad_signature'],
    ['a message older than five minutes', body, signed(body, { ageSeconds: 400 }), 'stale'],
    ['a message from times to come', body, signed(body, { ageSeconds: -400 }), 'stale'],
  ])('refuses %s with 403 and does nothing', async (_what, sent, headers, why) => {
    const answer = await post(sent, headers);
    expect([answer.status, await json(answer)]).toEqual([
      403,
      expect.objectContaining({ code: 'callback_untrusted', why }),
    ]);
    expect(callbacks.sink.published).toEqual([]);
  });

  it('believes the second key while keys are changed', async () => {
    expect((await post(body, signed(body, { key: 'next-gateway-key' }))).status).toBe(204);
  });

  it.each(['', '{', '[]', '{"reports":[7]}', report({ reference: 7 }), report({ status: undefined })])(
    'refuses %s with 400',
    async (sent) => {
      expect((await post(sent)).status).toBe(400);
      expect(callbacks.sink.published).toEqual([]);
    },
  );

  it('takes a state that nobody knows, and says nothing of it', async () => {
    expect((await post(report({ status: 'teleported' }))).status).toBe(204);
    expect(callbacks.sink.published).toEqual([]);
  });

  it('answers 503 while the broker is down, so that the gateway comes again', async () => {
    callbacks.sink.down = true;
    expect((await post(report())).status).toBe(503);
  });

  it('refuses a body that is too long', async () => {
    expect((await post(report({ text: 'x'.repeat(300_000) }))).status).toBe(413);
  });

  it('answers nothing signed with a 5xx', async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => report({ error: value, at: value })),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (sent) => {
        expect((await post(sent)).status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    callbacks.sink.receipts();
  });
});
