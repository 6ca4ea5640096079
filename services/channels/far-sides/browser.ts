import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

export type Browser = {
  /** What a browser hands to a site, as JSON. */
  subscription(endpoint: string): string;
  /** Decrypts a pushed message (RFC 8291), as the browser would for its service worker. */
  read(body: Buffer): unknown;
};

/** A browser's end of a push subscription, written from the RFCs and not from the library under test. For tests. */
export const openBrowser = (): Browser => {
  const keys = createECDH('prime256v1');
  const own = keys.generateKeys();
  const auth = randomBytes(16);
  return {
    subscription: (endpoint) =>
      JSON.stringify({ endpoint, keys: { p256dh: own.toString('base64url'), auth: auth.toString('base64url') } }),
    read: (body) => {
      // RFC 8188, 2.1: salt, record size, key id length, key id (the sender's key).
      const salt = body.subarray(0, 16);
      const sender = body.subarray(21, 21 + body.readUInt8(20));
      const record = body.subarray(21 + sender.length);
      // RFC 8291, 3.4.
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, sender]);
      const secret = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), auth, info, 32));
      const key = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: aes128gcm\0', 16));
      const nonce = Buffer.from(hkdfSync('sha256', secret, salt, 'Content-Encoding: nonce\0', 12));
      const cipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16));
      const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
    },
  };
};
