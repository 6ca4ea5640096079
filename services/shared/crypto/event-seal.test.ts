import { webcrypto } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CompactEncrypt, exportJWK, generateKeyPair, type JWK } from 'jose';
import { createEventSealer, sealForPlatform } from './event-seal.ts';
import { type CryptoError, freshKeyRing, parseKeyRing } from './keyring.ts';

const ring = parseKeyRing(freshKeyRing());
const sealer = createEventSealer(ring);
const EVENT = { specversion: '1.0', id: 'evt-1', data: { reference: 'ش-15' } };

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: CryptoError) => error.code,
  );
const headerOf = (jwe: string) => JSON.parse(Buffer.from(jwe.split('.')[0]!, 'base64url').toString());

async function entityKeys(kid: string): Promise<{ open: JWK; close: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  return { close: { ...(await exportJWK(publicKey)), kid }, open: { ...(await exportJWK(privateKey)), kid } };
}

describe('an event sealed by the platform', () => {
  it('opens again, and its header says how it is sealed (RFC 7516: dir, A256GCM)', async () => {
    const jwe = await sealer.seal(EVENT);
    expect(headerOf(jwe)).toEqual({ alg: 'dir', enc: 'A256GCM', kid: 'k1' });
    expect(JSON.parse(await sealer.open(jwe))).toEqual(EVENT);
  });

  it('opens with another implementation: no encrypted key, the header authenticated (RFC 7516 section 5.1)', async () => {
    const [header, encryptedKey, iv, body, tag] = (await sealer.seal(EVENT)).split('.') as [
      string,
      string,
      string,
      string,
      string,
    ];
    expect(encryptedKey).toBe('');
    const key = await webcrypto.subtle.importKey('raw', ring.keys.k1!, 'AES-GCM', false, ['decrypt']);
    const plain = await webcrypto.subtle.decrypt(
      { name: 'AES-GCM', iv: Buffer.from(iv, 'base64url'), additionalData: Buffer.from(header, 'ascii') },
      key,
      Buffer.concat([Buffer.from(body, 'base64url'), Buffer.from(tag, 'base64url')]),
    );
    expect(JSON.parse(Buffer.from(plain).toString())).toEqual(EVENT);
  });

  it('does not open when any part of it was altered, or for another platform', async () => {
    const parts = (await sealer.seal(EVENT)).split('.');
    for (const at of [2, 3, 4]) {
      const altered = parts.map((part, n) => (n === at ? (part.startsWith('A') ? 'B' : 'A') + part.slice(1) : part));
      expect(await codeOf(sealer.open(altered.join('.')))).toBe('cannot_open');
    }
    const other = createEventSealer(parseKeyRing(freshKeyRing()));
    expect(await codeOf(other.open(parts.join('.')))).toBe('cannot_open');
  });
});

describe('an event sealed by an entity', () => {
  it('opens with the private key of that name, and the entity’s own key cannot open it', async () => {
    const { open, close } = await entityKeys('moh-1');
    const jwe = await sealForPlatform(EVENT, close);
    expect(headerOf(jwe)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: 'moh-1' });
    expect(JSON.parse(await createEventSealer(ring, { 'moh-1': open }).open(jwe))).toEqual(EVENT);
    const { open: others } = await entityKeys('moh-1');
    expect(await codeOf(createEventSealer(ring, { 'moh-1': others }).open(jwe))).toBe('cannot_open');
    expect(await codeOf(sealer.open(jwe))).toBe('key_unknown');
  });
});

describe('what is no sealed event', () => {
  it.each([
    ['plain JSON', JSON.stringify(EVENT), 'not_sealed'],
    ['nothing', '', 'not_sealed'],
    ['a header that is no JSON', 'AAAA.B.C.D.E', 'not_sealed'],
  ])('%s: %s', async (_, text, code) => {
    expect(await codeOf(sealer.open(text))).toBe(code);
  });

  it('a key of an unknown name, or of a name that every object has, is told as such', async () => {
    const seal = (kid: string) =>
      new CompactEncrypt(Buffer.from('{}'))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
        .encrypt(ring.keys.k1!);
    expect(await codeOf(sealer.open(await seal('k9')))).toBe('key_unknown');
    expect(await codeOf(sealer.open(await seal('constructor')))).toBe('key_unknown');
  });

  it('a weaker cipher under our own key is refused', async () => {
    const jwe = await new CompactEncrypt(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256', kid: 'k1' })
      .encrypt(ring.keys.k1!);
    expect(await codeOf(sealer.open(jwe))).toBe('cannot_open');
  });

  it('bytes that are no UTF-8 do not open', async () => {
    const jwe = await new CompactEncrypt(Uint8Array.from([0xff, 0xfe]))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'k1' })
      .encrypt(ring.keys.k1!);
    expect(await codeOf(sealer.open(jwe))).toBe('cannot_open');
  });
});
