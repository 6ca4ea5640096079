import { randomBytes, webcrypto } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSealer, type SealContext } from './field.ts';
import { type CryptoError, freshKeyRing, parseKeyRing } from './keyring.ts';

const ring = parseKeyRing(freshKeyRing());
const sealer = createSealer(ring);
const CONTEXTS: SealContext[] = ['subject', 'address', 'data', 'evidence', 'dead-letter', 'code', 'webhook'];

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'opened';
  } catch (error) {
    return (error as CryptoError).code;
  }
};

describe('a sealed field', () => {
  it('opens to what was sealed, in every context', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...CONTEXTS), (plain, context) => {
        expect(sealer.open(sealer.seal(plain, context), context)).toBe(plain);
      }),
    );
  });

  it('looks different each time and shows nothing of the value', () => {
    const [one, other] = [sealer.seal('+97336001234', 'address'), sealer.seal('+97336001234', 'address')];
    expect(one).not.toBe(other);
    expect(Buffer.from(one.split('.')[1]!, 'base64url').toString('latin1')).not.toContain('36001234');
  });

  it('is AES-256-GCM: opens the vector of NIST (GCM specification, test case 14)', () => {
    const zero = parseKeyRing({ ...freshKeyRing(), current: 'k0', keys: { k0: Buffer.alloc(32).toString('base64') } });
    const [iv, tag] = [Buffer.alloc(12), Buffer.from('d0d1c8a799996bf0265b98b5d48ab919', 'hex')];
    const body = Buffer.from('cea7403d4d606b6e074ec5d3baf39d18', 'hex');
    const sealed = `k0.${Buffer.concat([iv, tag, body]).toString('base64url')}`;
    expect(createSealer(zero).open(sealed, '' as SealContext)).toBe('\0'.repeat(16));
  });

  it('opens with another implementation (Web Cryptography), the context as additional data', async () => {
    const bytes = Buffer.from(sealer.seal('مرحبا', 'data').split('.')[1]!, 'base64url');
    const key = await webcrypto.subtle.importKey('raw', ring.keys[ring.current]!, 'AES-GCM', false, ['decrypt']);
    const plain = await webcrypto.subtle.decrypt(
      { name: 'AES-GCM', iv: bytes.subarray(0, 12), additionalData: Buffer.from('data') },
      key,
      Buffer.concat([bytes.subarray(28), bytes.subarray(12, 28)]),
    );
    expect(Buffer.from(plain).toString()).toBe('مرحبا');
  });
});

describe('a sealed field does not open', () => {
  it('in another context', () => {
    for (const other of CONTEXTS.filter((context) => context !== 'address'))
      expect(codeOf(() => sealer.open(sealer.seal('x', 'address'), other))).toBe('cannot_open');
  });

  it('after a change of any byte', () => {
    const sealed = sealer.seal('value', 'data');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      expect(codeOf(() => sealer.open(`k1.${altered.toString('base64url')}`, 'data'))).toBe('cannot_open');
    }
    expect(codeOf(() => sealer.open(`k1.${bytes.subarray(0, 20).toString('base64url')}`, 'data'))).toBe('cannot_open');
  });

  it('with a key that left the ring; an older key of the ring still opens', () => {
    const raw = freshKeyRing();
    const sealed = createSealer(parseKeyRing(raw)).seal('value', 'data');
    const keys = { ...raw.keys, k2: randomBytes(32).toString('base64') };
    const rotated = createSealer(parseKeyRing({ ...raw, keys, current: 'k2' }));
    expect(rotated.open(sealed, 'data')).toBe('value');
    expect(rotated.seal('value', 'data')).toMatch(/^k2\./);
    const left = createSealer(parseKeyRing({ ...raw, keys: { k2: keys.k2 }, current: 'k2' }));
    expect(codeOf(() => left.open(sealed, 'data'))).toBe('key_unknown');
  });

  it('when it was never sealed, and then does not show the value', () => {
    for (const plain of ['+97336001234', 'noor@example.com', '', '.']) {
      expect(codeOf(() => sealer.open(plain, 'address'))).toMatch(/^(cannot_open|key_unknown)$/);
      expect(() => sealer.open(plain, 'address')).not.toThrow(/36001234|noor/);
    }
    expect(codeOf(() => sealer.open('constructor.AAAA', 'address'))).toBe('key_unknown');
  });
});
