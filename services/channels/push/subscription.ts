import { createHash, ECDH } from 'node:crypto';
import webPush, { type PushSubscription, type Urgency } from 'web-push';
import type { Lane } from '../../../contracts/status.ts';
import type { SendRequest, SendResult } from '../provider.ts';
import { DIRECTIONS, fitBody } from './fit.ts';

export type Encrypted = { headers: Record<string, string>; body: Buffer };

const URGENCIES: Record<Lane, Urgency> = { urgent: 'high', normal: 'normal', bulk: 'low' };
/** 4,096 bytes must be taken (RFC 8030, 7.2), of which aes128gcm needs 103 in one record (RFC 8188, RFC 8291). */
const PAYLOAD_LIMIT = 4_096 - 103;
/** Four weeks, the longest that push services keep a message, in seconds. */
const LONGEST_TTL = 2_419_200;

/** The subscription that a browser gave, from its JSON; null when it can never be sent to. */
export const readSubscription = (address: string): PushSubscription | null => {
  try {
    const { endpoint, keys } = JSON.parse(address);
    const usable = typeof endpoint === 'string' && isPoint(keys.p256dh) && isSecret(keys.auth);
    return usable ? { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } } : null;
  } catch {
    return null;
  }
};

const isSecret = (value: unknown): boolean => typeof value === 'string' && Buffer.from(value, 'base64url').length >= 16;

/** An uncompressed point that lies on P-256: throws for any other, which encryption would do later. */
const isPoint = (value: unknown): boolean =>
  typeof value === 'string' && ECDH.convertKey(value, 'prime256v1', 'base64url', 'hex', 'uncompressed').length === 130;

/** Encrypts the notice for the browser (RFC 8291) and says how long, how urgent and in place of what it is to be kept. */
export const encryptFor = (subscription: PushSubscription, request: SendRequest): Encrypted | SendResult => {
  const payload = payloadOf(request);
  if (payload === null) return { kind: 'refused', reason: 'too_large', code: 'PayloadLimit', contact: 'keep' };
  const { headers, body } = webPush.generateRequestDetails(subscription, payload, {
    // Its default, keys set for the whole process, must never apply.
    vapidDetails: null as never,
    TTL: Math.min(Math.max(0, Math.floor(request.ttlSeconds)), LONGEST_TTL),
    urgency: URGENCIES[request.lane],
    topic: topicOf(request.notificationId),
  });
  return { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), body };
};

const payloadOf = ({ message, language, notificationId }: SendRequest): string | null => {
  if (message.channel !== 'push') throw new TypeError(`Push was asked to send ${message.channel}`);
  const { title } = message;
  const dir = DIRECTIONS[language];
  return fitBody(message.body, language, PAYLOAD_LIMIT, (body) =>
    JSON.stringify({ title, body, lang: language, dir, notificationId }),
  );
};

/** 32 characters of base64url at most (RFC 8030, 5.4); the same for every attempt of a notice. */
export const topicOf = (notificationId: string): string =>
  createHash('sha256').update(notificationId).digest('base64url').slice(0, 32);
