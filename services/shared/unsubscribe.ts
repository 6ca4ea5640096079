import { createHmac, timingSafeEqual } from 'node:crypto';
import { type KeyRing, keyObjectOf } from './crypto/keyring.ts';

/** What a one-click link switches off: notices of one category of one entity, by email. */
export type UnsubscribeClaim = { subscriberId: string; entity: string; category: string };

type Ring = Pick<KeyRing, 'unsubscribe'>;

/**
 * Token of a one-click unsubscribe link (RFC 8058): `<subscriber id>.<entity>.<category>.<HMAC-SHA-256, base64url>`.
 * It holds no address and no national number, needs no sign-in, and does not expire: an old message must still work.
 */
export function createUnsubscribeToken(ring: Ring, { subscriberId, entity, category }: UnsubscribeClaim): string {
  const claim = [subscriberId, entity, category].join('.');
  return `${claim}.${sign(ring, claim).toString('base64url')}`;
}

/** The claim of a token, or null when it is altered, cut or made by another platform. */
export function readUnsubscribeToken(ring: Ring, token: string): UnsubscribeClaim | null {
  const parts = /^(s_[0-9a-f]{32})\.([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)\.([A-Za-z0-9_-]{43})$/.exec(token);
  if (!parts) return null;
  const [, subscriberId = '', entity = '', category = '', mac = ''] = parts;
  const expected = sign(ring, [subscriberId, entity, category].join('.'));
  return timingSafeEqual(expected, Buffer.from(mac, 'base64url')) ? { subscriberId, entity, category } : null;
}

const sign = (ring: Ring, claim: string): Buffer =>
  createHmac('sha256', keyObjectOf(ring.unsubscribe)).update(claim).digest();
