import { describe, expect, it } from '@jest/globals';
import { judge, median, RATIOS, type Ratio } from './ratios.ts';

const least: Ratio = { name: 'rate', says: '', direction: 'at least', threshold: 0.7 };
const most: Ratio = { name: 'cpu', says: '', direction: 'at most', threshold: 1.5 };

describe('judging a measurement', () => {
  it.each([
    [least, [0.7], true],
    [least, [0.699], false],
    [most, [1.5], true],
    [most, [1.501], false],
  ])('passes at the threshold itself and fails just beyond it: %j %j', (ratio, tries, passed) => {
    expect(judge(ratio, tries).passed).toBe(passed);
  });

  it.each([[[]], [[Number.NaN]], [[1, Number.NaN, 1]], [[Number.POSITIVE_INFINITY]]])(
    'fails when a number is missing: %j',
    (tries) => {
      expect(judge(least, tries)).toMatchObject({ passed: false, value: null });
    },
  );

  it('judges the median, so that one bad try of three decides nothing', () => {
    expect(judge(least, [0.9, 0.1, 0.8])).toMatchObject({ passed: true, value: 0.8 });
    expect(median([4, 1])).toBe(2.5);
  });

  it('names every ratio once', () => {
    expect(new Set(RATIOS.map(({ name }) => name)).size).toBe(RATIOS.length);
  });
});
