import type { ContactKind } from './canonical.ts';

const DEVICES: Record<'webpush' | 'fcm' | 'apns', string> = {
  webpush: 'browser',
  fcm: 'Android device',
  apns: 'Apple device',
};

/**
 * A contact with most of it hidden, in printable ASCII of at most 40 characters: `*1234`, `n***@example.com`, `browser`.
 */
export function maskAddress(kind: ContactKind, address: string): string {
  if (kind === 'mobile') return `*${address.slice(-4)}`;
  if (kind !== 'email') return DEVICES[kind];
  const at = address.lastIndexOf('@');
  const first = /^[\x21-\x7e]/.test(address) ? address[0] : '';
  const domain = address.slice(at + 1);
  return `${first}***@${domain.length > 34 ? `${domain.slice(0, 31)}...` : domain}`;
}
