import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { PushSubscriptionJSON } from '../types.ts';

const TAG_BYTES = 16;

/** The keys of one subscription; the private key stays with the "browser". */
export type SubscriptionKeys = { privateKey: Buffer; publicKey: Buffer; auth: Buffer };

/** A P-256 key pair and a 16 byte secret, as a browser makes them (RFC 8291, section 2.1 and 3.2). */
export function createKeys(): SubscriptionKeys {
  const pair = createECDH('prime256v1');
  return { publicKey: pair.generateKeys(), privateKey: pair.getPrivateKey(), auth: randomBytes(16) };
}

/** What a browser's `PushSubscription.toJSON()` gives to a web page. */
export const subscriptionJson = (endpoint: string, { publicKey, auth }: SubscriptionKeys): PushSubscriptionJSON => ({
  endpoint,
  expirationTime: null,
  keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') },
});

/**
 * Decrypts a Web Push message: one record of `aes128gcm` (RFC 8188) whose key comes from ECDH and the
 * subscription's secret (RFC 8291, section 3.4).
 * @throws when the message was made for other keys, is cut short, or has more than one record.
 */
export function decrypt(body: Buffer, { privateKey, publicKey, auth }: SubscriptionKeys): string {
  const salt = body.subarray(0, 16);
  const recordBytes = body.readUInt32BE(16);
  const keyIdBytes = body.readUInt8(20);
  const senderKey = body.subarray(21, 21 + keyIdBytes);
  const record = body.subarray(21 + keyIdBytes);
  if (record.length > recordBytes || record.length <= TAG_BYTES) throw new Error('not one whole record');

  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateKey);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, senderKey]);
  const secret = Buffer.from(hkdfSync('sha256', pair.computeSecret(senderKey), auth, info, 32));
  const derive = (use: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, Buffer.from(`Content-Encoding: ${use}\0`), bytes));

  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  decipher.setAuthTag(record.subarray(-TAG_BYTES));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -TAG_BYTES)), decipher.final()]);
  return withoutPadding(padded).toString('utf8');
}

/** The last record ends with 2 and any number of zeros (RFC 8188, section 2). */
function withoutPadding(padded: Buffer): Buffer {
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error('no delimiter of a last record');
  return padded.subarray(0, end);
}

/** Title and body of a decrypted payload: JSON with them at the top or under `notification`, else plain text. */
export function readPayload(payload: string): { title: string; body: string } {
  try {
    const parsed = JSON.parse(payload);
    const shown = parsed?.notification ?? parsed;
    return { title: String(shown?.title ?? ''), body: String(shown?.body ?? '') };
  } catch {
    return { title: '', body: payload };
  }
}
