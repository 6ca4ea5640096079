import { describe, expect, it } from '@jest/globals';
import { takeRandom } from './random.ts';

describe('takeRandom', () => {
  it('gives as many bytes as asked for, and no twelve of them twice, over many pools', () => {
    const taken = Array.from({ length: 20_000 }, () => takeRandom(12));
    expect(new Set(taken.map(({ length }) => length))).toEqual(new Set([12]));
    // NIST SP 800-38D, section 8: an initialisation vector repeats under a key with a chance of at most 2^-32.
    expect(new Set(taken.map((bytes) => bytes.toString('hex'))).size).toBe(20_000);
  });

  it('leaves bytes as they were when others are taken after them', () => {
    const first = takeRandom(16);
    const before = first.toString('hex');
    for (let n = 0; n < 1_000; n++) takeRandom(16);
    expect(first.toString('hex')).toBe(before);
  });
});
