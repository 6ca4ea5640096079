import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterCall, afterReceipt, newStanding, type Standing, weightsAt } from './standing.ts';

const NOW = 1_000_000;
const shares = (standings: Standing[], now = NOW, bases = standings.map(() => 1)) => {
  const weights = weightsAt(
    standings.map((standing, n) => ({ base: bases[n]!, standing })),
    now,
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((100 * weight) / all));
};
const calls = (errors: number[], now = NOW) =>
  errors.reduce((standing, error) => afterCall(standing, error, now), newStanding());
const receipts = (tookMs: number, now = NOW) => afterReceipt(newStanding(), tookMs, now);

describe('the weight of a provider', () => {
  it('is its share of the settings while all is well', () => {
    expect(shares([newStanding(), newStanding()], NOW, [3, 1])).toEqual([75, 25]);
  });

  it('falls with every error, to a fiftieth at worst', () => {
    const seen = [0, 1, 3, 10, 100].map((n) => weightsAt([{ base: 1, standing: calls(Array(n).fill(1)) }], NOW)[0]!);
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
    // Errors 1 - 0.9^n, and the square of the rest: 0.81, 0.9^6, 0.9^20, the least.
    expect(seen.map((weight) => Math.round(weight * 1000) / 1000)).toEqual([1, 0.81, 0.531, 0.122, 0.02]);
  });

  it('drifts back in time: half of the errors are forgotten after 30 s', () => {
    const bad = calls(Array(100).fill(1));
    const weights = [0, 30, 60, 300].map((s) => weightsAt([{ base: 1, standing: bad }], NOW + s * 1000)[0]!);
    expect(weights.map((weight) => Math.round(weight * 100) / 100)).toEqual([0.02, 0.25, 0.56, 1]);
  });

  it('falls when its receipts take longer than the other’s, and drifts back', () => {
    const both = [receipts(1_000), receipts(28_000)];
    expect(shares(both)).toEqual([91, 9]);
    expect(shares(both, NOW + 300_000)).toEqual([65, 35]);
    expect(shares(both, NOW + 3_600_000)).toEqual([50, 50]);
  });

  it('does not mind who has no receipts, nor differences of a moment', () => {
    expect(shares([receipts(5_000), newStanding()])).toEqual([50, 50]);
    expect(shares([receipts(100), receipts(300)])).toEqual([52, 48]);
  });

  it('0 in the settings stays 0', () => {
    expect(shares([newStanding(), newStanding()], NOW, [1, 0])).toEqual([100, 0]);
  });

  it('is always a number between a fiftieth of the setting and the setting', () => {
    const step = fc.record({
      error: fc.double({ min: 0, max: 1, noNaN: true }),
      tookMs: fc.nat(1e9),
      later: fc.nat(1e7),
    });
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (one, two) => {
        let now = NOW;
        const [a, b] = [one, two].map((steps) =>
          steps.reduce((standing, { error, tookMs, later }) => {
            now += later;
            return afterReceipt(afterCall(standing, error, now), tookMs, now);
          }, newStanding()),
        );
        for (const weight of weightsAt(
          [
            { base: 1, standing: a! },
            { base: 1, standing: b! },
          ],
          now,
        )) {
          expect(weight).toBeGreaterThanOrEqual(0.02);
          expect(weight).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
