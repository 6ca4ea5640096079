import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readEnvelope, type SnsEnvelope } from './sns-envelope.ts';
import { FetchError } from './sns-fetcher.ts';
import { createSnsTrust } from './sns-trust.ts';
import { createSnsSender, TEST_TOPIC } from './testing/sns-sender.ts';

const fixture = (name: string) => readFileSync(new URL(`./fixtures/sns/${name}`, import.meta.url), 'utf8');
const AT = Date.parse('2026-12-01T09:00:30Z');
const HOUR = 3_600_000;

const envelope = (message: unknown): SnsEnvelope => readEnvelope(JSON.stringify(message)) as SnsEnvelope;
const trusting = (fetcher: { get(url: string): Promise<string> }, now = () => AT) =>
  createSnsTrust({ fetcher, topicArns: [TEST_TOPIC], maxAgeMs: HOUR, now });

describe('trust in an SNS message', () => {
  // Signed by openssl over the text that the SNS developer guide prescribes, not by code of this repository.
  it.each(['notification-v1', 'notification-v2', 'confirmation-v1', 'confirmation-v2'])(
    'is given to %s, which openssl signed',
    async (name) => {
      const { check } = trusting({ get: async () => fixture('certificate.pem') });
      expect(await check(readEnvelope(fixture(`${name}.json`)) as SnsEnvelope)).toBeNull();
    },
  );

  it.each(['Message', 'MessageId', 'Timestamp', 'Subject', 'Type'])(
    'C20: is withdrawn when %s is altered',
    async (field) => {
      const { check } = trusting({ get: async () => fixture('certificate.pem') });
      const original = JSON.parse(fixture('notification-v2.json'));
      const altered: Record<string, string> = {
        Type: 'UnsubscribeConfirmation',
        Timestamp: '2026-12-01T09:00:01.000Z',
      };
      const confirmation = JSON.parse(fixture('confirmation-v2.json'));
      const message = { ...confirmation, ...original, [field]: altered[field] ?? `${original[field]}.` };
      expect(await check(envelope(message))).toBe('bad_signature');
    },
  );

  it('fetches a certificate once for many messages, also when they come at once', async () => {
    const sender = createSnsSender({ now: () => AT });
    const { check } = trusting(sender.fetcher);
    const messages = Array.from({ length: 5 }, () => envelope(sender.notification({})));
    expect(await Promise.all(messages.map(check))).toEqual(Array(5).fill(null));
    expect(await check(envelope(sender.notification({}, {}, '1')))).toBeNull();
    expect(sender.fetched).toHaveLength(1);
  });

  it.each([
    ['foreign host', 'https://sns.me-south-1.amazonaws.com.evil.example/x.pem'],
    ['look-alike host', 'https://sns.me-south-1.evil.example/x.pem'],
    ['bucket host', 'https://sns.s3-us-west-2.amazonaws.com/x.pem'],
    ['plain http', 'http://sns.me-south-1.amazonaws.com/x.pem'],
    ['port', 'https://sns.me-south-1.amazonaws.com:8443/x.pem'],
    ['user', 'https://sns.me-south-1.amazonaws.com@evil.example/x.pem'],
    ['query', 'https://sns.me-south-1.amazonaws.com/?x=.pem'],
    ['other file', 'https://sns.me-south-1.amazonaws.com/x.txt'],
    ['dots', 'https://sns.me-south-1.amazonaws.com/../x.pem'],
    ['line break', 'https://sns.me-south-1.amazonaws.com/x.pem\n'],
    ['not an address', 'x.pem'],
  ])('C20: asks nobody for a certificate from a %s', async (_what, SigningCertURL) => {
    const sender = createSnsSender({ now: () => AT });
    const message = envelope(sender.notification({}, { SigningCertURL }));
    expect(await trusting(sender.fetcher).check(message)).toBe('foreign_certificate');
    expect(sender.fetched).toEqual([]);
  });

  it('takes a certificate from an SNS host in China', async () => {
    const sender = createSnsSender({ now: () => AT });
    const url = 'https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0.pem';
    const fetcher = {
      get: async () => sender.fetcher.get((sender.notification({}) as { SigningCertURL: string }).SigningCertURL),
    };
    const message = envelope(sender.notification({}, { SigningCertURL: url }));
    expect(await trusting(fetcher).check(message)).toBeNull();
  });

  it.each([
    'http://169.254.169.254/latest/',
    'https://sns.me-south-1.amazonaws.com.evil.example/?Action=ConfirmSubscription',
    'https://sns.me-south-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:me-south-1:1:other',
    'https://sns.me-south-1.amazonaws.com/?Action=DeleteTopic',
    '',
  ])('C20: is not given to a confirmation by way of %j', async (SubscribeURL) => {
    const sender = createSnsSender({ now: () => AT });
    const message = envelope(sender.confirmation({ SubscribeURL }));
    expect(await trusting(sender.fetcher).check(message)).toBe('foreign_subscribe_url');
    expect(sender.fetched).toEqual([]);
  });

  it('C20: is not given to a topic that is not ours, however well signed', async () => {
    const sender = createSnsSender({ now: () => AT, topicArn: 'arn:aws:sns:me-south-1:000000000000:other' });
    expect(await trusting(sender.fetcher).check(envelope(sender.notification({})))).toBe('unexpected_topic');
    expect(sender.fetched).toEqual([]);
  });

  it.each([
    ['an hour and a second old', HOUR + 1_000, 'stale'],
    ['59 minutes old', HOUR - 60_000, null],
    ['two minutes ahead', -120_000, null],
    ['a day ahead', -24 * HOUR, 'stale'],
  ])('depends on age: %s', async (_what, age, expected) => {
    const sender = createSnsSender({ now: () => AT - age, days: 3 });
    expect(await trusting(sender.fetcher, () => AT).check(envelope(sender.notification({})))).toBe(expected);
  });

  it('ends with the certificate, and a time that is no time is stale', async () => {
    const sender = createSnsSender({ now: () => AT, days: -0.01 });
    expect(await trusting(sender.fetcher).check(envelope(sender.notification({})))).toBe('foreign_certificate');
    const message = envelope(sender.notification({}, { Timestamp: 'yesterday' }));
    expect(await trusting(sender.fetcher).check(message)).toBe('stale');
  });

  it('remembers for a minute that there is no certificate, but not that the network failed', async () => {
    let clock = AT;
    const answers = [new FetchError('unreachable', true), new FetchError('status_404', false)];
    const asked: string[] = [];
    const sender = createSnsSender({ now: () => AT });
    const fetcher = {
      async get(url: string) {
        asked.push(url);
        const failure = answers.shift();
        if (failure) throw failure;
        return sender.fetcher.get(url);
      },
    };
    const { check } = trusting(fetcher, () => clock);
    const message = envelope(sender.notification({}));
    await expect(check(message)).rejects.toThrow('unreachable');
    expect(await check(message)).toBe('foreign_certificate');
    expect(await check(message)).toBe('foreign_certificate');
    expect(asked).toHaveLength(2);
    clock += 60_001;
    expect(await check(message)).toBeNull();
  });
});
