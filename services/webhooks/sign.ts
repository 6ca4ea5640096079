import { createHmac, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

export type SignatureKind = 'v1' | 'v1a';
export type Signable = { id: string; at: Date; body: string };
export type WebhookHeaders = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string };

const KEY_BYTES = 32; // Standard Webhooks asks for 24 to 64 for v1; ed25519 seeds have 32

/** A new signing key in the form of the Standard Webhooks specification: `whsec_` (v1) or `whsk_` (v1a) and base64. */
export const newKey = (kind: SignatureKind): string =>
  `${kind === 'v1' ? 'whsec_' : 'whsk_'}${randomBytes(KEY_BYTES).toString('base64')}`;

/** What the entity is given to verify with: the shared secret itself (v1), or `whpk_` and the public half (v1a). */
export function shownKey(key: string): { secret: string } | { publicKey: string } {
  if (!key.startsWith('whsk_')) return { secret: key };
  const jwk = createPublicKey(privateKeyOf(key)).export({ format: 'jwk' });
  return { publicKey: `whpk_${Buffer.from(jwk.x ?? '', 'base64url').toString('base64')}` };
}

/**
 * Headers by the Standard Webhooks specification 1.0.0: `<id>.<unix seconds>.<body>` signed by every key, HMAC-SHA256
 * as `v1,<base64>` and ed25519 as `v1a,<base64>`, separated by spaces. The bytes that are sent must be those of `body`.
 */
export function signedHeaders({ id, at, body }: Signable, keys: string[]): WebhookHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const bytes = Buffer.from(`${id}.${timestamp}.${body}`, 'utf8');
  const signature = keys.map((key) => signatureOf(key, bytes)).join(' ');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

function signatureOf(key: string, bytes: Buffer): string {
  if (key.startsWith('whsk_')) return `v1a,${sign(null, bytes, privateKeyOf(key)).toString('base64')}`;
  return `v1,${createHmac('sha256', keyBytes(key)).update(bytes).digest('base64')}`;
}

const keyBytes = (key: string): Buffer => Buffer.from(key.slice(key.indexOf('_') + 1), 'base64');

/** What stands before the seed of an ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const privateKeyOf = (key: string): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8, keyBytes(key)]), format: 'der', type: 'pkcs8' });
