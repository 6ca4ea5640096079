import { describe, expect, it } from '@jest/globals';
import { longestCallMs, mayBegin } from './lease.ts';

describe('a claim of two minutes', () => {
  const leaseMs = 120_000;
  it('lets calls begin in its first minute', () => {
    expect([60_000, 59_999].map((left) => mayBegin(left, leaseMs))).toEqual([true, false]);
  });

  it.each([1, 2, 3])('leaves time to store what the last of %d calls said', (providers) => {
    const latestEnd = 60_000 + providers * longestCallMs(leaseMs, providers);
    expect(leaseMs - latestEnd).toBeGreaterThanOrEqual(20_000);
  });

  it('cuts a call no shorter than is wanted when there is time', () => {
    expect(longestCallMs(leaseMs, 2, 5_000)).toBe(5_000);
  });
});
