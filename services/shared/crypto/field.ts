import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { CryptoError, type KeyRing, keyObjectOf } from './keyring.ts';
import { takeRandom } from './random.ts';

/** What a sealed value is for; it is authenticated, so a value cannot be moved to another use. */
export type SealContext = 'subject' | 'address' | 'data' | 'evidence' | 'dead-letter' | 'code' | 'webhook';

export type Sealer = {
  seal(plain: string, context: SealContext): string;
  open(sealed: string, context: SealContext): string;
};

const IV = 12; // bytes; NIST SP 800-38D recommends 96-bit IVs for GCM
const TAG = 16;

/**
 * AES-256-GCM for single fields. Form: `<key id>.<base64url of iv, tag, ciphertext>`.
 * `open` throws CryptoError `key_unknown` for a key that left the ring and `cannot_open` for anything altered.
 */
export function createSealer(ring: KeyRing): Sealer {
  return {
    seal(plain, context) {
      const iv = takeRandom(IV);
      const cipher = createCipheriv('aes-256-gcm', keyOf(ring, ring.current), iv);
      cipher.setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${ring.current}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, context) {
      const dot = sealed.indexOf('.');
      // Its text may be a value that was never sealed: it must not stand in an error.
      if (!/^[a-z0-9]{1,16}\./.test(sealed)) throw new CryptoError('cannot_open', 'not a sealed value');
      const key = keyOf(ring, sealed.slice(0, dot));
      const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
      if (bytes.length < IV + TAG) throw new CryptoError('cannot_open', 'sealed value is too short');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG });
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(bytes.subarray(IV, IV + TAG));
        return decipher.update(bytes.subarray(IV + TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new CryptoError('cannot_open', `sealed value (${context}) does not open: altered, or of another use`);
      }
    },
  };
}

function keyOf(ring: KeyRing, id: string): KeyObject {
  const key = Object.hasOwn(ring.keys, id) ? ring.keys[id] : undefined;
  if (!key) throw new CryptoError('key_unknown', `key "${id}" is not in the key ring`);
  return keyObjectOf(key);
}
