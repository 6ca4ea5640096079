import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { SendRequest } from '../provider.ts';
import { DIRECTIONS, fitBody } from './fit.ts';

export type SnsPayload = { Message: string; MessageAttributes?: Record<string, MessageAttributeValue> };

/** Both FCM and APNs take 4,096 bytes. */
const LIMIT = 4_096;
/** Four weeks, the longest that FCM keeps a message, in seconds. */
const LONGEST_TTL = 2_419_200;

/**
 * The message of an SNS publish with `MessageStructure` json, for the platform of the address. A body too long for
 * the platform is cut; null when the title alone is too long.
 */
export const payloadFor = (request: SendRequest): SnsPayload | null => {
  const { message, language } = request;
  if (message.channel !== 'push') throw new TypeError(`Push was asked to send ${message.channel}`);
  const ttl = Math.min(Math.max(0, Math.floor(request.ttlSeconds)), LONGEST_TTL);
  const apple = request.addressKind === 'apns';
  const make = apple ? apns : fcm;
  const text = fitBody(message.body, language, LIMIT, (body) =>
    JSON.stringify(make(request, { title: message.title, body }, ttl)),
  );
  if (text === null) return null;
  if (!apple) return { Message: JSON.stringify({ default: message.title, GCM: text }) };
  return {
    Message: JSON.stringify({ default: message.title, APNS: text, APNS_SANDBOX: text }),
    MessageAttributes: apnsHeaders(request, ttl),
  };
};

type Shown = { title: string; body: string };

/** FCM HTTP v1, in the wrapping that SNS asks for. A later message with the same key or tag replaces the earlier. */
const fcm = ({ notificationId, lane, language }: SendRequest, notification: Shown, ttl: number): object => ({
  fcmV1Message: {
    message: {
      notification,
      data: { notificationId, lang: language, dir: DIRECTIONS[language] },
      android: {
        ttl: `${ttl}s`,
        collapse_key: notificationId,
        priority: lane === 'bulk' ? 'NORMAL' : 'HIGH',
        notification: { tag: notificationId },
      },
    },
  },
});

const apns = ({ notificationId, language }: SendRequest, alert: Shown): object => ({
  aps: { alert, sound: 'default' },
  notificationId,
  lang: language,
});

/** APNs takes these as headers, which SNS fills from the attributes of the message. */
const apnsHeaders = ({ notificationId, lane }: SendRequest, ttl: number): Record<string, MessageAttributeValue> => ({
  'AWS.SNS.MOBILE.APNS.TTL': text(String(ttl)),
  'AWS.SNS.MOBILE.APNS_SANDBOX.TTL': text(String(ttl)),
  'AWS.SNS.MOBILE.APNS.COLLAPSE_ID': text(notificationId),
  'AWS.SNS.MOBILE.APNS.PUSH_TYPE': text('alert'),
  'AWS.SNS.MOBILE.APNS.PRIORITY': text(lane === 'bulk' ? '5' : '10'),
});

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });
