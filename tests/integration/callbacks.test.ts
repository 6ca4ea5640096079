import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TEST_CERTIFICATE_URL } from '../../services/ingest/callbacks/testing/sns-sender.ts';
import { DELIVERY, DOMAIN, json, startCallbacks } from './callbacks/harness.ts';

let callbacks: Awaited<ReturnType<typeof startCallbacks>>;

beforeEach(async () => {
  callbacks = await startCallbacks();
});
afterEach(() => callbacks.stop());

const postSns = (message: unknown) => callbacks.post('/callbacks/sns', JSON.stringify(message));

const mail = { messageId: 'ses-1', source: `bounce+${DELIVERY}@${DOMAIN}`, destination: ['noor@example.com'] };
const bounce = (bounceType: string, bounceSubType: string, recipient: object) => ({
  notificationType: 'Bounce',
  mail,
  bounce: {
    ...{ bounceType, bounceSubType, feedbackId: 'f-1', timestamp: '2026-11-24T09:00:00.000Z' },
    bouncedRecipients: [{ emailAddress: 'noor@example.com', ...recipient }],
  },
});

describe('POST /callbacks/sns', () => {
  it('publishes a signed bounce as a receipt with sealed evidence, and the same id when it is repeated', async () => {
    const content = bounce('Transient', 'General', { status: '5.1.1', action: 'failed' });
    expect((await postSns(callbacks.sender.notification(content))).status).toBe(204);
    expect((await postSns(callbacks.sender.notification(content, {}, '1'))).status).toBe(204);
    const [first, second] = callbacks.sink.receipts();
    expect(first).toMatchObject({ deliveryId: DELIVERY, kind: 'hard_bounce', reason: 'invalid_address' });
    expect(second?.id).toBe(first?.id);
    expect(callbacks.sink.sealed[0]).toMatchObject({
      context: 'evidence',
      plain: expect.stringContaining('noor@example.com'),
    });
    expect(JSON.stringify(callbacks.sink.published)).not.toContain('noor@example.com');
  });

  it('confirms a subscription to our topic by visiting its address once', async () => {
    const message = callbacks.sender.confirmation();
    expect((await postSns(message)).status).toBe(204);
    expect(callbacks.sender.fetched).toEqual([TEST_CERTIFICATE_URL, message.SubscribeURL]);
    expect(callbacks.sink.published).toEqual([]);
  });

  it('visits nothing when a subscription is taken away', async () => {
    expect((await postSns(callbacks.sender.confirmation({ Type: 'UnsubscribeConfirmation' }))).status).toBe(204);
    expect(callbacks.sender.fetched).toEqual([TEST_CERTIFICATE_URL]);
  });

  it('C20: refuses every forged message with 403, asks nobody and publishes nothing', async () => {
    const content = bounce('Permanent', 'NoEmail', {});
    const forged = [
      callbacks.sender.notification(content, {
        SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.evil.example/x.pem',
      }),
      callbacks.sender.notification(content, { SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/x.pem' }),
      callbacks.sender.confirmation({ SubscribeURL: 'http://169.254.169.254/latest/' }),
      callbacks.sender.notification(content, { TopicArn: 'arn:aws:sns:me-south-1:000000000000:other' }),
      callbacks.sender.notification(content, { Timestamp: new Date(Date.now() - 2 * 3_600_000).toISOString() }),
    ];
    for (const message of forged) expect((await postSns(message)).status).toBe(403);
    expect(callbacks.sender.fetched).toEqual([]);
    expect(callbacks.sink.published).toEqual([]);
  });

  it('C20: refuses a body altered by one byte, and a confirmation of which the token was changed', async () => {
    const message = callbacks.sender.notification(bounce('Permanent', 'NoEmail', {}));
    const altered = { ...message, Message: message.Message?.replace('noor@', 'moor@') };
    expect((await postSns(altered)).status).toBe(403);
    expect((await postSns({ ...callbacks.sender.confirmation(), Token: 'other' })).status).toBe(403);
    expect(callbacks.sender.fetched).toEqual([TEST_CERTIFICATE_URL]);
    expect(callbacks.sink.published).toEqual([]);
  });

  it('answers 503 while the broker is down, so that SNS comes again', async () => {
    callbacks.sink.down = true;
    const answer = await postSns(callbacks.sender.notification(bounce('Permanent', 'NoEmail', {})));
    expect([answer.status, (await json(answer)).retryable]).toEqual([503, true]);
    expect(answer.headers.get('retry-after')).toBe('30');
  });

  it('takes push failures, SMS status and a STOP by SMS, and thanks for what it does not know', async () => {
    const endpoint = 'arn:aws:sns:me-south-1:000000000000:endpoint/GCM/app/1';
    const stop = { originationNumber: '+97336001234', messageBody: 'إيقاف', inboundMessageId: 'in-1' };
    for (const content of [
      { EventType: 'DeliveryFailure', EndpointArn: endpoint, FailureType: 'InvalidPlatformToken', MessageId: 'p-1' },
      { notification: { messageId: 's-1' }, delivery: { destination: '+97336001234' }, status: 'SUCCESS' },
      { ...stop, previousPublishedMessageId: 's-1' },
      { hello: 'world' },
    ]) {
      expect((await postSns(callbacks.sender.notification(content))).status).toBe(204);
    }
    expect(callbacks.sink.receipts().map(({ kind, channel, providerRef }) => [kind, channel, providerRef])).toEqual([
      ['endpoint_gone', 'push', 'p-1'],
      ['delivered', 'sms', 's-1'],
      ['opted_out', 'sms', 's-1'],
    ]);
  });

  it('answers no input with a throw or a 5xx', async () => {
    const loose = fc.oneof(fc.string(), fc.json(), fc.constant('{"mail":{},"eventType":"Bounce","bounce":{}}'));
    const signed = fc.jsonValue().map((value) => JSON.stringify(callbacks.sender.notification(value)));
    const shaped = fc
      .record({
        mail: fc.jsonValue(),
        eventType: fc.constantFrom('Bounce', 'Complaint', 'Open'),
        bounce: fc.jsonValue(),
        complaint: fc.jsonValue(),
      })
      .map((value) => JSON.stringify(callbacks.sender.notification(value)));
    const bytes = fc.uint8Array().map((value) => new Uint8Array(value));
    await fc.assert(
      fc.asyncProperty(fc.oneof(loose, signed, shaped, bytes), async (body) => {
        expect((await callbacks.post('/callbacks/sns', body)).status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
    callbacks.sink.receipts();
  });

  it('refuses a body over the limit with 413', async () => {
    expect((await callbacks.post('/callbacks/sns', 'x'.repeat(600_000))).status).toBe(413);
  });
});
