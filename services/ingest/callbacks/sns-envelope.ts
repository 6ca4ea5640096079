import { type Json, parseObject } from './json.ts';

/** One HTTP(S) notification of Amazon SNS, all strings ("HTTP/HTTPS notification JSON format" of its developer guide). */
export type SnsEnvelope = {
  Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  MessageId: string;
  TopicArn: string;
  Message: string;
  Timestamp: string;
  Signature: string;
  SignatureVersion: '1' | '2';
  SigningCertURL: string;
  Subject?: string;
  SubscribeURL?: string;
  Token?: string;
};

const ALWAYS = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'Signature', 'SigningCertURL'];
const OF_CONFIRMATION = ['SubscribeURL', 'Token'];

/** Reads a body; null unless every field that is signed or used is a string of the right kind. */
export function readEnvelope(body: string): SnsEnvelope | null {
  const value = parseObject(body);
  if (!value || (value.SignatureVersion !== '1' && value.SignatureVersion !== '2')) return null;
  if (!strings(value, ALWAYS)) return null;
  switch (value.Type) {
    case 'Notification':
      return value.Subject == null || typeof value.Subject === 'string' ? (value as SnsEnvelope) : null;
    case 'SubscriptionConfirmation':
    case 'UnsubscribeConfirmation':
      return strings(value, OF_CONFIRMATION) ? (value as SnsEnvelope) : null;
    default:
      return null;
  }
}

const strings = (value: Json, names: string[]) => names.every((name) => typeof value[name] === 'string');

/** The text that SNS signed: name and value on a line each, in the order of the developer guide. */
export function stringToSign(envelope: SnsEnvelope): string {
  const names = envelope.Type === 'Notification' ? SIGNED_NOTIFICATION : SIGNED_CONFIRMATION;
  return names
    .filter((name) => envelope[name] != null)
    .map((name) => `${name}\n${envelope[name]}\n`)
    .join('');
}

const SIGNED_NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const SIGNED_CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;
