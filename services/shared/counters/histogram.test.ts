import { describe, expect, it } from '@jest/globals';
import { bucketOf, EDGES, emptyHistogram, quantile, shareWithin } from './histogram.ts';

function histogramOf(seconds: number[]) {
  const histogram = emptyHistogram();
  for (const one of seconds) histogram[bucketOf(one * 1000)]! += 1;
  return histogram;
}

describe('a histogram of fixed buckets', () => {
  it('tells exactly how many were within ten seconds, the edge itself included', () => {
    expect(shareWithin(histogramOf([0.05, 9.999, 10, 10.001]), 10)).toBe(0.75);
  });

  it('has nothing to tell of nothing', () => {
    expect(shareWithin(emptyHistogram(), 10)).toBeNull();
    expect(quantile(emptyHistogram(), 0.5)).toBeNull();
  });

  // The quantile of the sorted values, by the nearest rank; within one bucket of it is all that buckets can promise.
  it.each([0.5, 0.95, 0.99])('gives the %d-quantile within its bucket', (q) => {
    const values = Array.from({ length: 1_000 }, (_, i) => ((i * 7_919) % 1_000) / 25);
    const exact = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1]!;
    const told = quantile(histogramOf(values), q)!;
    const bucket = bucketOf(exact * 1000);
    expect(told).toBeGreaterThanOrEqual(EDGES[bucket - 1] ?? 0);
    expect(told).toBeLessThanOrEqual(EDGES[bucket]!);
  });

  it('says of what took longer than the last edge that it took at least so long', () => {
    expect(quantile(histogramOf([100_000]), 0.5)).toBe(21_600);
  });
});
