import { verify } from 'node:crypto';
import { confirmationUrl, isCertificateUrl } from './sns-address.ts';
import { createCertificates } from './sns-certificate.ts';
import { type SnsEnvelope, stringToSign } from './sns-envelope.ts';
import type { SnsFetcher } from './sns-fetcher.ts';

export type Distrust = 'unexpected_topic' | 'foreign_certificate' | 'foreign_subscribe_url' | 'stale' | 'bad_signature';

export type SnsTrust = { check(envelope: SnsEnvelope): Promise<Distrust | null> };

/** A sender's clock may be this far ahead of ours. */
const AHEAD_MS = 5 * 60_000;

/**
 * Whether a message comes from SNS and from one of our topics. Everything that can be refused without asking anybody
 * is refused first: a forged message causes no outbound request.
 * @returns `check(envelope)`: why not, or null when it is to be trusted. Rejects with the fetcher's error when the
 *   certificate cannot be had for the moment.
 */
export function createSnsTrust(settings: {
  fetcher: SnsFetcher;
  topicArns: string[];
  maxAgeMs: number;
  now: () => number;
}): SnsTrust {
  const { topicArns, maxAgeMs, now } = settings;
  const certificates = createCertificates(settings);
  const expected = new Set(topicArns);
  return {
    async check(envelope) {
      if (!expected.has(envelope.TopicArn)) return 'unexpected_topic';
      if (!isCertificateUrl(envelope.SigningCertURL)) return 'foreign_certificate';
      if (hasForeignConfirmation(envelope)) return 'foreign_subscribe_url';
      if (!isFresh(envelope.Timestamp, now(), maxAgeMs)) return 'stale';
      const key = await certificates.key(envelope.SigningCertURL);
      if (!key) return 'foreign_certificate';
      const hash = envelope.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
      const signed = Buffer.from(stringToSign(envelope), 'utf8');
      return verify(hash, signed, key, Buffer.from(envelope.Signature, 'base64')) ? null : 'bad_signature';
    },
  };
}

const hasForeignConfirmation = ({ Type, SubscribeURL, TopicArn }: SnsEnvelope) =>
  Type !== 'Notification' && confirmationUrl(SubscribeURL ?? '', TopicArn) === null;

/** SNS repeats a message for at most an hour by its default policy; what is older was kept by somebody else. */
function isFresh(timestamp: string, now: number, maxAgeMs: number): boolean {
  const age = now - Date.parse(timestamp);
  return age <= maxAgeMs && age >= -AHEAD_MS;
}
