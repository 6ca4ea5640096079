import { createCipheriv, createDecipheriv, type webcrypto } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { CryptoError, type KeyRing, keyObjectOf } from './keyring.ts';
import { takeRandom } from './random.ts';

export type EventSealer = ReturnType<typeof createEventSealer>;

/** Bytes of both in A256GCM (RFC 7518, 5.3). */
const [IV, TAG] = [12, 16];
const DECODER = new TextDecoder('utf-8', { fatal: true });

/**
 * Events in Kafka are compact JWE (RFC 7516). The platform seals with its own ring (`dir`, A256GCM): no key exchange on
 * the hot path. An entity that publishes by itself holds only a public key (`ECDH-ES`), so it can seal and never read.
 * `open` returns the bytes as text; it throws CryptoError `not_sealed`, `key_unknown` or `cannot_open`.
 */
export function createEventSealer(ring: KeyRing, privateKeys: Record<string, JWK> = {}) {
  return {
    seal: (event: unknown): string => sealDirectly(JSON.stringify(event), ring),
    async open(jwe: string): Promise<string> {
      const direct = openDirectly(jwe, ring);
      if (direct !== null) return direct;
      const { alg, kid } = headerOf(jwe);
      const key = await keyFor(alg, kid ?? '');
      try {
        const { plaintext } = await compactDecrypt(jwe, key, {
          keyManagementAlgorithms: ['dir', 'ECDH-ES'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return DECODER.decode(plaintext);
      } catch {
        throw cannotOpen();
      }
    },
  };

  async function keyFor(alg: string | undefined, kid: string) {
    const own = alg === 'dir' && Object.hasOwn(ring.keys, kid) ? ring.keys[kid] : undefined;
    if (own) return contentKey(own);
    const jwk = alg === 'ECDH-ES' && Object.hasOwn(privateKeys, kid) ? privateKeys[kid] : undefined;
    if (jwk) return importJWK(jwk, 'ECDH-ES');
    throw new CryptoError('key_unknown', 'the event is sealed with a key that is not in the ring');
  }
}

/** True when the platform itself sealed it. Says nothing unless the event also opened: anybody can write a header. */
export const isSealedByPlatform = (jwe: string): boolean => headerOf(jwe).alg === 'dir';

/** Seals an event for the platform with its public key; what an entity's own publisher does. `publicKey` needs a `kid`. */
export async function sealForPlatform(event: unknown, publicKey: JWK): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(event)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: publicKey.kid! })
    .encrypt(await importJWK(publicKey, 'ECDH-ES'));
}

/**
 * Compact serialisation of RFC 7516, section 7.1, with a shared key: nothing stands where the encrypted key would. Made by
 * hand, since WebCrypto, which jose uses, costs a way through the thread pool for each event: five times as much.
 */
function sealDirectly(plain: string, ring: KeyRing): string {
  const header = headerFor(ring.current);
  const iv = takeRandom(IV);
  const cipher = createCipheriv('aes-256-gcm', keyObjectOf(ring.keys[ring.current]!), iv).setAAD(Buffer.from(header));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const vector = iv.toString('base64url');
  return `${header}..${vector}.${body.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}`;
}

/** Opens what `sealDirectly` made, to be known by its header to the letter; null for any other, which is jose's to read. */
function openDirectly(jwe: string, ring: KeyRing): string | null {
  const [header = '', encryptedKey, iv = '', body = '', tag = '', ...more] = jwe.split('.');
  const kid = Object.keys(ring.keys).find((one) => headerFor(one) === header);
  if (kid === undefined) return null;
  const [vector, mac] = [Buffer.from(iv, 'base64url'), Buffer.from(tag, 'base64url')];
  if (encryptedKey !== '' || more.length > 0 || vector.length !== IV || mac.length !== TAG) throw cannotOpen();
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyObjectOf(ring.keys[kid]!), vector, { authTagLength: TAG });
    decipher.setAAD(Buffer.from(header)).setAuthTag(mac);
    return DECODER.decode(Buffer.concat([decipher.update(body, 'base64url'), decipher.final()]));
  } catch {
    throw cannotOpen();
  }
}

const cannotOpen = () =>
  new CryptoError('cannot_open', 'the sealed event does not open: altered, or sealed for another platform');

const headers = new Map<string, string>();

/** The protected header for a key of the ring, of which there are a few. */
function headerFor(kid: string): string {
  const known = headers.get(kid);
  if (known) return known;
  const made = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })).toString('base64url');
  headers.set(kid, made);
  return made;
}

const contentKeys = new WeakMap<Buffer, Promise<webcrypto.CryptoKey>>();

/** The ring's key as WebCrypto wants it; imported once, since importing it costs as much as sealing an event. */
function contentKey(key: Buffer): Promise<webcrypto.CryptoKey> {
  const known =
    contentKeys.get(key) ??
    crypto.subtle.importKey('raw', Uint8Array.from(key), 'AES-GCM', false, ['encrypt', 'decrypt']);
  contentKeys.set(key, known);
  return known;
}

function headerOf(jwe: string) {
  try {
    return decodeProtectedHeader(jwe);
  } catch {
    throw new CryptoError('not_sealed', 'the message is not a compact JWE');
  }
}
