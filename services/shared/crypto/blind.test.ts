import { webcrypto } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBlind } from './blind.ts';
import { freshKeyRing, parseKeyRing } from './keyring.ts';

const ring = parseKeyRing(freshKeyRing());
const blind = createBlind(ring);
const SUBJECT = 'cpr:900100001';

describe('blind indexes', () => {
  it('are HMAC-SHA-256 under the ring’s key (RFC 2104), as another implementation has it', async () => {
    const key = await webcrypto.subtle.importKey('raw', ring.blind, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    const mac = Buffer.from(await webcrypto.subtle.sign('HMAC', key, Buffer.from(`subject\0${SUBJECT}`))).toString(
      'hex',
    );
    expect(blind.subscriberId(SUBJECT)).toBe(`s_${mac.slice(0, 32)}`);
  });

  it('are the same for the same, have their own form, and show nothing', () => {
    const person = blind.subscriberId(SUBJECT);
    expect(createBlind(ring).subscriberId(SUBJECT)).toBe(person);
    expect(person).toMatch(/^s_[0-9a-f]{32}$/);
    expect(blind.contactId(person, 'sms', '+97336001234')).toMatch(/^c_[0-9a-f]{32}$/);
    expect(blind.addressId('sms', '+97336001234')).toMatch(/^a_[0-9a-f]{32}$/);
    expect(person).not.toContain('900100001');
  });

  it('differ under another key: nobody without the ring can look a number up', () => {
    const other = createBlind(parseKeyRing(freshKeyRing()));
    expect(other.subscriberId(SUBJECT)).not.toBe(blind.subscriberId(SUBJECT));
  });

  it('say of an address the same whoever holds it, of a contact not', () => {
    const [one, two] = [blind.subscriberId('cpr:900100001'), blind.subscriberId('cpr:900100010')];
    expect(blind.contactId(one, 'email', 'a@example.com')).not.toBe(blind.contactId(two, 'email', 'a@example.com'));
    expect(blind.addressId('email', 'a@example.com')).not.toBe(blind.addressId('push', 'a@example.com'));
  });

  it('do not run into each other at the border of two parts', () => {
    const text = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(blind.token('p', a + b, c)).not.toBe(blind.token('p', a, b + c));
      }),
    );
  });
});
