import { randomUUID, sign } from 'node:crypto';
import { FetchError, type SnsFetcher } from '../sns-fetcher.ts';
import { createTestCertificate } from './certificate.ts';

export const TEST_TOPIC = 'arn:aws:sns:me-south-1:000000000000:notifyme-feedback';
export const TEST_CERTIFICATE_URL =
  'https://sns.me-south-1.amazonaws.com/SimpleNotificationService-00000000000000000000000000000000.pem';

type Message = Record<string, string>;

/**
 * Speaks as SNS would: signs messages with a certificate of its own, which its `fetcher` gives out.
 * `fetched` lists every address that was asked for.
 */
export function createSnsSender({ now = Date.now, topicArn = TEST_TOPIC, days = 1 } = {}) {
  const { pem, privateKey } = createTestCertificate({ at: now(), days });
  const fetched: string[] = [];
  const fetcher: SnsFetcher = {
    async get(url) {
      fetched.push(url);
      if (url === TEST_CERTIFICATE_URL) return pem;
      if (url.includes('Action=ConfirmSubscription')) return '<ConfirmSubscriptionResponse/>';
      throw new FetchError('status_404', false);
    },
  };

  /** Signs by hand-listed fields, so that it does not share the code under test. */
  function signed(message: Message, version: '1' | '2' = '2'): Message {
    const fields =
      message.Type === 'Notification'
        ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
        : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
    const text = fields
      .flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`]))
      .join('');
    const signature = sign(version === '2' ? 'RSA-SHA256' : 'RSA-SHA1', Buffer.from(text), privateKey);
    return {
      ...message,
      SignatureVersion: version,
      Signature: signature.toString('base64'),
      SigningCertURL: message.SigningCertURL ?? TEST_CERTIFICATE_URL,
    };
  }

  const base = () => ({ MessageId: randomUUID(), TopicArn: topicArn, Timestamp: new Date(now()).toISOString() });
  return {
    fetcher,
    fetched,
    signed,
    /** A signed notification whose `Message` is the JSON of `content`. */
    notification: (content: unknown, more: Message = {}, version: '1' | '2' = '2') =>
      signed({ Type: 'Notification', ...base(), Message: JSON.stringify(content), ...more }, version),
    /** A signed request to confirm a subscription. */
    confirmation: (more: Message = {}, version: '1' | '2' = '2') =>
      signed(
        {
          ...{ Type: 'SubscriptionConfirmation', ...base(), Token: 't0ken', Message: 'You have chosen to subscribe.' },
          SubscribeURL: `https://sns.me-south-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=t0ken`,
          ...more,
        },
        version,
      ),
  };
}
