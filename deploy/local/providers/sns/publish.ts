import { randomUUID } from 'node:crypto';
import calculator from 'sms-segments-calculator';
import type { Outbox } from '../outbox.ts';
import { type Endpoints, readMobilePush } from './endpoints.ts';
import { deliveryRecord, fateOf } from './fates.ts';
import { readEntries, SnsError } from './query.ts';

const { SegmentedMessage } = calculator;

export type PublishDeps = {
  outbox: Outbox;
  endpoints: Endpoints;
  optedIn: ReadonlySet<string>;
  receiptMs: number;
  report(record: ReturnType<typeof deliveryRecord>, now: number): void;
};

/** Publishes to a telephone number; its delivery status follows after `receiptMs`. @returns the MessageId. */
export function publishSms(form: URLSearchParams, { outbox, optedIn, receiptMs, report }: PublishDeps): string {
  const to = form.get('PhoneNumber') ?? '';
  const text = checkText(form);
  // SNS repeats the number in its answer, so a caller who logs the answer logs a number: kept on purpose.
  if (!/^\+[1-9]\d{6,14}$/.test(to)) {
    throw new SnsError('InvalidParameter', `Invalid parameter: PhoneNumber Reason: ${to} is not valid to publish to`);
  }
  const attributes = readEntries(form, 'MessageAttributes');
  const type = attributes['AWS.SNS.SMS.SMSType'] === 'Transactional' ? 'Transactional' : 'Promotional';
  const sender = checkSender(attributes['AWS.SNS.SMS.SenderID']);
  const [id, publishedAt, fate] = [randomUUID(), Date.now(), fateOf(to, optedIn)];
  const parts = new SegmentedMessage(text).segmentsCount;

  const { status, providerResponse } = fate;
  outbox.addSms({
    id,
    at: new Date(publishedAt).toISOString(),
    to,
    sender,
    text,
    type,
    parts,
    status,
    providerResponse,
  });
  setTimeout(() => {
    const now = Date.now();
    report(deliveryRecord({ messageId: id, destination: to, type, parts, fate, publishedAt, now }), now);
  }, receiptMs).unref();
  return id;
}

/**
 * Publishes to a mobile push endpoint. As with the real service, a token that its platform no longer knows
 * (here: one that begins `unregistered`) is accepted once, and its endpoint is disabled from then on.
 * @returns the MessageId.
 */
export function publishPush(form: URLSearchParams, { outbox, endpoints }: PublishDeps): string {
  const target = endpoints.target(form.get('TargetArn') ?? form.get('TopicArn') ?? '');
  const shown = readMobilePush(target.service, checkText(form), form.get('MessageStructure'));
  const id = randomUUID();
  if (target.attributes.Token?.startsWith('unregistered')) {
    endpoints.setAttributes(target.arn, { Enabled: 'false' });
    return id;
  }
  const ttl = readEntries(form, 'MessageAttributes')[`AWS.SNS.MOBILE.${target.service.toUpperCase()}.TTL`];
  outbox.addPush({
    id,
    at: new Date().toISOString(),
    service: target.service,
    to: target.arn,
    ...shown,
    ttl: ttl === undefined ? null : Number(ttl),
    urgency: 'normal',
    topic: null,
  });
  return id;
}

function checkText(form: URLSearchParams): string {
  const text = form.get('Message') ?? '';
  if (text === '') throw new SnsError('InvalidParameter', 'Invalid parameter: Empty message');
  if (form.has('PhoneNumber') && text.length > 1600) {
    throw new SnsError(
      'InvalidParameter',
      'Invalid parameter: Message Reason: Message must be at most 1600 characters',
    );
  }
  return text;
}

/** Up to 11 letters, digits, spaces or hyphens with at least one letter: the alphabet of an alphanumeric sender. */
function checkSender(sender = 'NOTICE'): string {
  if (/^(?=.*[A-Za-z])[A-Za-z0-9 -]{1,11}$/.test(sender)) return sender;
  throw new SnsError('InvalidParameter', 'Invalid parameter: AWS.SNS.SMS.SenderID Reason: not a valid sender ID');
}
