import type { IncomingMessage } from 'node:http';
import type { HttpReply } from '../chaos.ts';
import type { SubscriptionKeys } from './decrypt.ts';
import { checkVapid } from './vapid.ts';

export type Subscription = { keys: SubscriptionKeys; serverKey: string | null };

/** Answers of magic subscriptions: the endpoint's last part begins with the word. */
export const MAGIC: Record<string, HttpReply> = {
  gone: { status: 410, body: 'push subscription has unsubscribed or expired' },
  missing: { status: 404, body: 'no such subscription' },
  busy: { status: 429, headers: { 'retry-after': '2' }, body: 'too many requests' },
  broken: { status: 500, body: 'internal error' },
  bad: { status: 400, body: 'invalid request' },
};

/** The checks of RFC 8030 (TTL, Urgency, Topic), RFC 8291 (content coding) and RFC 8292 (VAPID). */
export async function refusalOf(
  { headers }: IncomingMessage,
  body: Buffer | null,
  { serverKey }: Subscription,
  origin: string,
): Promise<HttpReply | null> {
  const vapid = await checkVapid(headers.authorization, origin);
  if (!vapid.ok) return { status: vapid.status, headers: { 'www-authenticate': 'vapid' }, body: vapid.why };
  if (serverKey && serverKey !== vapid.key) return { status: 403, body: 'the subscription belongs to another key' };
  const { ttl, urgency = 'normal', topic = 't' } = headers as Record<string, string | undefined>;
  if (!/^\d+$/.test(ttl ?? '')) return { status: 400, body: 'TTL is missing' };
  if (!/^(very-low|low|normal|high)$/.test(urgency)) return { status: 400, body: 'Urgency is not known' };
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(topic)) return { status: 400, body: 'Topic is not base64url of up to 32' };
  if (!body) return { status: 413, body: 'the message is over 4096 bytes' };
  if (body.length > 0 && headers['content-encoding'] !== 'aes128gcm') {
    return { status: 415, headers: { 'accept-encoding': 'aes128gcm' } };
  }
  return null;
}
