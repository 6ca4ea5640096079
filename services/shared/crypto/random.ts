import { randomBytes } from 'node:crypto';

const POOL = 4096; // bytes

let pool = Buffer.alloc(0);
let taken = 0;

/**
 * So many random bytes, at most 4096, that nobody got before. The generator is asked for many at a time: asking costs as much as
 * sealing a field, whether for twelve bytes or for four thousand. A pool that was used up is left to its readers, never filled again.
 */
export function takeRandom(bytes: number): Buffer {
  if (taken + bytes > pool.length) {
    pool = randomBytes(POOL);
    taken = 0;
  }
  taken += bytes;
  return pool.subarray(taken - bytes, taken);
}
