import { type AddressRefused, type CanonicalAddress, identityOf, refusedAddress } from './canonical.ts';

/**
 * A browser's push subscription (W3C Push API) as compact JSON `{endpoint, keys: {p256dh, auth}}`.
 * Keys are base64url of 65 and 16 bytes (RFC 8291); the endpoint must be https on a listed push service, because our
 * own servers will call it.
 */
export function canonicalSubscription(
  value: Record<string, unknown>,
  pushHosts: string[],
): CanonicalAddress | AddressRefused {
  const endpoint = typeof value.endpoint === 'string' ? safeUrl(value.endpoint) : null;
  const keys = (typeof value.keys === 'object' && value.keys !== null ? value.keys : {}) as Record<string, unknown>;
  const p256dh = bytesOf(keys.p256dh);
  const auth = bytesOf(keys.auth);
  if (!endpoint) return refusedAddress('push_not_valid', '/endpoint');
  if (!pushHosts.some((host) => isHost(endpoint.hostname, host)))
    return refusedAddress('push_service_unknown', '/endpoint');
  // An uncompressed point of P-256 starts with 4 (SEC 1, section 2.3.3).
  if (p256dh?.length !== 65 || p256dh[0] !== 4) return refusedAddress('push_keys_not_valid', '/keys/p256dh');
  if (auth?.length !== 16) return refusedAddress('push_keys_not_valid', '/keys/auth');
  const canonicalKeys = { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') };
  const address = JSON.stringify({ endpoint: endpoint.href, keys: canonicalKeys });
  return { ok: true, channel: 'push', kind: 'webpush', address, identity: identityOf('webpush', address) };
}

/** The token of a mobile app: `{platform: 'fcm' | 'apns', token}`; stored as the bare token, the kind says whose it is. */
export function canonicalToken(value: Record<string, unknown>): CanonicalAddress | AddressRefused {
  const { platform, token } = value;
  if (platform !== 'fcm' && platform !== 'apns') return refusedAddress('push_token_not_valid', '/platform');
  const form = platform === 'apns' ? /^[0-9a-fA-F]{64,200}$/ : /^[A-Za-z0-9_:.-]{20,4096}$/;
  if (typeof token !== 'string' || !form.test(token)) return refusedAddress('push_token_not_valid', '/token');
  const address = platform === 'apns' ? token.toLowerCase() : token;
  return { ok: true, channel: 'push', kind: platform, address, identity: identityOf(platform, address) };
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

function safeUrl(text: string): URL | null {
  if (text.length > 2048 || !URL.canParse(text)) return null;
  const url = new URL(text);
  // A laptop's own push service speaks http; it counts only where its address is listed.
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
  return secure && !url.username && !url.password ? url : null;
}

function bytesOf(value: unknown): Buffer | null {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]{1,200}={0,2}$/.test(value)) return null;
  return Buffer.from(value, 'base64url');
}

const isHost = (name: string, pattern: string): boolean =>
  pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
