import { describe, expect, it } from '@jest/globals';
import { endpointRest, judge, nextAttempt, RESTS_MS } from './schedule.ts';

const HOUR = 3_600_000;
const now = new Date('2026-11-24T09:00:00Z');

describe('the schedule of attempts', () => {
  it('tries again over about three days, ten times in all', () => {
    const rests = [];
    for (let n = 1, next = nextAttempt(n, now, () => 0); next; next = nextAttempt(++n, now, () => 0))
      rests.push(next.getTime() - now.getTime());
    expect(rests.length + 1).toBe(10);
    const total = rests.reduce((sum, rest) => sum + rest, 0);
    expect(total / HOUR).toBeCloseTo(75.6, 1);
    expect(rests).toEqual([...rests].sort((a, b) => a - b));
  });

  it('spreads each rest over a fifth of it, so that endpoints that fell together do not rise together', () => {
    const rest = (random: number) => nextAttempt(4, now, () => random)!.getTime() - now.getTime();
    expect([rest(0), rest(0.5), rest(1)]).toEqual([7_200_000, 7_920_000, 8_640_000]);
    expect(RESTS_MS[3]).toBe(2 * HOUR);
  });

  it('leaves an endpoint alone after three failures in a row, for five minutes at most', () => {
    expect([0, 1, 2, 3, 4, 5].map(endpointRest)).toEqual([0, 0, 0, 5_000, 10_000, 20_000]);
    expect(endpointRest(1_000_000)).toBe(300_000);
  });
});

describe('answers', () => {
  it.each([
    [200, 'taken'],
    [204, 'taken'],
    [299, 'taken'],
    [301, 'failed'],
    [307, 'failed'],
    [400, 'failed'],
    [401, 'failed'],
    [404, 'failed'],
    [410, 'gone'],
    [500, 'failed'],
    [null, 'failed'],
  ])('%s mean %s', (status, kind) => {
    expect(judge({ status, result: '', retryAfterMs: 0 }).kind).toBe(kind);
  });

  it('429 and 503 may ask for a rest, of which an hour is believed', () => {
    const rest = (status: number, retryAfterMs: number) => judge({ status, result: '', retryAfterMs });
    expect(rest(429, 7_000)).toEqual({ kind: 'failed', restMs: 7_000 });
    expect(rest(503, 999_999_000)).toEqual({ kind: 'failed', restMs: HOUR });
    expect(rest(500, 7_000)).toEqual({ kind: 'failed', restMs: 0 });
  });
});
