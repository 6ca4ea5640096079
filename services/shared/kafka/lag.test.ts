import { describe, expect, it } from '@jest/globals';
import { lagOf } from './lag.ts';

const end = (partition: number, low: string, high: string) => ({ partition, offset: high, low, high });

describe('lagOf', () => {
  it('counts the messages after what was committed, over all partitions', () => {
    const committed = [
      { partition: 0, offset: '90' },
      { partition: 1, offset: '100' },
    ];
    expect(lagOf('t', [end(0, '0', '100'), end(1, '0', '100')], committed)).toEqual({
      topic: 't',
      partitions: 2,
      lag: 10,
    });
  });

  it('counts everything that is kept when nothing was committed, or what was committed is gone', () => {
    expect(lagOf('t', [end(0, '40', '100')], [{ partition: 0, offset: '-1' }]).lag).toBe(60);
    expect(lagOf('t', [end(0, '40', '100')], [{ partition: 0, offset: '7' }]).lag).toBe(60);
    expect(lagOf('t', [end(0, '40', '100')], []).lag).toBe(60);
  });

  it('is exact beyond 2^53 and never negative', () => {
    expect(lagOf('t', [end(0, '0', '9007199254740995')], [{ partition: 0, offset: '9007199254740992' }]).lag).toBe(3);
    expect(lagOf('t', [end(0, '0', '5')], [{ partition: 0, offset: '6' }]).lag).toBe(0);
  });
});
