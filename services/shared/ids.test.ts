import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deadLetterId, deliveryId, notificationId, receiptId } from './ids.ts';

describe('ids', () => {
  it('are the first 128 bits of SHA-256 over the parts, after a letter that says whose they are', () => {
    const hash = createHash('sha256').update('/sijilat\0evt-1\0s_1').digest('hex').slice(0, 32);
    expect(notificationId('/sijilat', 'evt-1', 's_1')).toBe(`n_${hash}`);
    expect(deliveryId('n_1', 'sms', 'c_1')).toMatch(/^d_[0-9a-f]{32}$/);
    expect(receiptId('ses', 'ref', 1)).toMatch(/^r_[0-9a-f]{32}$/);
    expect(deadLetterId('t', 0, '17')).toMatch(/^x_[0-9a-f]{32}$/);
  });

  it('C17 the same event of two sources, or for two people, is two notices', () => {
    const ids = [
      notificationId('/moh', '100', 's_1'),
      notificationId('/moi', '100', 's_1'),
      notificationId('/moh', '100', 's_2'),
      notificationId('/moh', '101', 's_1'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(notificationId('/moh', '100', 's_1')).toBe(ids[0]);
  });

  it('do not run into each other at the border of two parts', () => {
    const text = fc.stringMatching(/^[a-z/]{1,5}$/);
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        expect(notificationId(a + b, c, 's')).not.toBe(notificationId(a, b + c, 's'));
      }),
    );
  });

  it('of a repeated failure are the same, of its neighbours not', () => {
    expect(deadLetterId('t', 1, '7')).toBe(deadLetterId('t', 1, '7'));
    expect(new Set([deadLetterId('t', 1, '7'), deadLetterId('t', 1, '8'), deadLetterId('t', 17, '')]).size).toBe(3);
  });
});
