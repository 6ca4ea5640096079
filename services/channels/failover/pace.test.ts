import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SendResult } from '../provider.ts';
import { fullPace, paceAfter } from './pace.ts';

const MOST = 12;
const run = (kinds: SendResult['kind'][], from = fullPace(MOST), everyMs = 2_000) =>
  kinds.reduce((pace, kind, n) => paceAfter(pace, kind, n * everyMs, MOST), from);
const throttled = (times: number) => Array<SendResult['kind']>(times).fill('throttled');
const accepted = (times: number) => Array<SendResult['kind']>(times).fill('accepted');

describe('the pace of a lane', () => {
  it('halves each time a provider asks to slow down, never below one', () => {
    expect([0, 1, 2, 3, 4, 50].map((times) => run(throttled(times)).limit)).toEqual([12, 6, 3, 1.5, 1, 1]);
  });

  it('halves once for a burst of calls that were in the air', () => {
    expect(run(throttled(12), fullPace(MOST), 50).limit).toBe(6);
  });

  it('grows back by one for each limit’s worth of accepted messages, up to where it began', () => {
    const slow = run(throttled(2));
    expect(Math.round(run(accepted(3), slow).limit * 10) / 10).toBe(3.9);
    expect(run(accepted(500), slow).limit).toBe(MOST);
  });

  it('does not move for answers that say nothing about speed', () => {
    const slow = run(throttled(1));
    expect(run(['refused', 'retry', 'unknown', 'held'], slow)).toEqual(slow);
  });

  it('stays between one and the most', () => {
    const kind = fc.constantFrom<SendResult['kind']>('accepted', 'throttled', 'retry');
    fc.assert(
      fc.property(fc.array(kind, { maxLength: 300 }), fc.nat(3_000), (kinds, everyMs) => {
        const { limit } = run(kinds, fullPace(MOST), everyMs);
        expect(limit >= 1 && limit <= MOST).toBe(true);
      }),
    );
  });
});
