import { describe, expect, it } from '@jest/globals';
import { createQuotas } from './quota.ts';

describe('a quota', () => {
  const start = () => {
    const time = { now: 1_000_000 };
    return { time, quotas: createQuotas(() => time.now) };
  };
  const passed = (quotas: ReturnType<typeof createQuotas>, tries: number, name = 'sijilat', perMinute = 60) =>
    Array.from({ length: tries }, () => quotas.take(name, perMinute)).filter(({ ok }) => ok).length;

  it('lets a minute’s worth pass at once, and then one for every part of a minute that passes', () => {
    const { time, quotas } = start();
    expect(passed(quotas, 100)).toBe(60);
    time.now += 1_000;
    expect(passed(quotas, 100)).toBe(1);
    time.now += 30_000;
    expect(passed(quotas, 100)).toBe(30);
  });

  it('never saves up more than a minute’s worth', () => {
    const { time, quotas } = start();
    passed(quotas, 60);
    time.now += 3_600_000;
    expect(passed(quotas, 100)).toBe(60);
  });

  it('says when there is room again, and then there is', () => {
    const { time, quotas } = start();
    passed(quotas, 6, 'health', 6);
    expect(quotas.take('health', 6)).toEqual({ ok: false, retryAfterSeconds: 10 });
    time.now += 4_000;
    expect(quotas.take('health', 6)).toEqual({ ok: false, retryAfterSeconds: 6 });
    time.now += 6_000;
    expect(quotas.take('health', 6)).toEqual({ ok: true });
  });

  it('of one entity is not that of another, and none means no limit', () => {
    const { quotas } = start();
    passed(quotas, 60);
    expect(passed(quotas, 1, 'health')).toBe(1);
    expect(Array.from({ length: 1_000 }, () => quotas.take('ofoq', undefined).ok).every(Boolean)).toBe(true);
  });

  it('does not refill by a clock that goes back', () => {
    const { time, quotas } = start();
    passed(quotas, 60);
    time.now -= 60_000;
    expect(passed(quotas, 10)).toBe(0);
  });
});
