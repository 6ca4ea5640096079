import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freshKeyRing, parseKeyRing } from './crypto/keyring.ts';
import { createUnsubscribeToken, readUnsubscribeToken } from './unsubscribe.ts';

const ring = parseKeyRing(freshKeyRing());
const claim = { subscriberId: `s_${'0a'.repeat(16)}`, entity: 'sijilat', category: 'licence-news' };

describe('an unsubscribe token', () => {
  it('gives back what it was made of, and fits into an address as it is', () => {
    const token = createUnsubscribeToken(ring, claim);
    expect(readUnsubscribeToken(ring, token)).toEqual(claim);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it('is refused when one character is changed, cut or added', () => {
    const token = createUnsubscribeToken(ring, claim);
    // The last character of base64url carries two bits that no byte uses, so it may differ without a difference.
    fc.assert(
      fc.property(fc.nat(token.length - 2), fc.constantFrom('', 'a', 'Z', '.', '0', '~'), (at, put) => {
        const altered = token.slice(0, at) + put + token.slice(at + 1);
        expect(altered === token ? null : readUnsubscribeToken(ring, altered)).toBeNull();
      }),
    );
  });

  it('of another platform, or for another category, is refused', () => {
    const other = parseKeyRing(freshKeyRing());
    expect(readUnsubscribeToken(ring, createUnsubscribeToken(other, claim))).toBeNull();
    const moved = createUnsubscribeToken(ring, claim).replace('licence-news', 'other-news');
    expect(readUnsubscribeToken(ring, moved)).toBeNull();
  });
});
