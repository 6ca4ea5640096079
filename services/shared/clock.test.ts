import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type Clock, createClock } from './clock.ts';

const TRUE = Date.parse('2026-11-25T09:00:00Z');
let clock: Clock | undefined;
afterEach(() => clock?.stop());

/** A world in which `steady` passes, and this machine's clock is `offMs` from the database's. */
async function world(offMs: number, { silent = false, tookMs = 4 } = {}) {
  const at = { steady: 0, offMs, silent };
  const log = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
  const ask = jest.fn(async () => {
    if (at.silent) throw new Error('away');
    at.steady += tookMs;
    return new Date(TRUE + at.steady - tookMs / 2);
  });
  const steady = () => at.steady;
  clock = await createClock({ ask, log, steady, wall: () => TRUE + at.steady + at.offMs, everyMs: 1 });
  return { at, log, ask, wrongBy: () => clock!.now().getTime() - TRUE - at.steady };
}

const asked = async (ask: jest.Mock<() => Promise<Date>>) => {
  const count = ask.mock.calls.length;
  while (ask.mock.calls.length < count + 2) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe('the clock of a process', () => {
  it.each([120_000, -120_000])('is the time of the database on a machine whose clock is %i ms off', async (offMs) => {
    const { wrongBy, log } = await world(offMs);
    expect(Math.abs(wrongBy())).toBeLessThanOrEqual(2);
    expect(log.warn).toHaveBeenCalledWith(expect.objectContaining({ event: 'clock_off', ms: -offMs }));
  });

  it('is that of the machine, to the millisecond, while both differ by less than a second', async () => {
    const { wrongBy, log } = await world(900);
    expect([wrongBy(), log.warn.mock.calls.length]).toEqual([900, 0]);
  });

  it('does not follow the clock of the machine when that jumps, also while the database is away', async () => {
    const { at, wrongBy } = await world(0);
    at.silent = true;
    at.offMs = -120_000;
    expect(wrongBy()).toBe(0);
    at.offMs = 0;
    expect(wrongBy()).toBe(0);
  });

  it('asks again, and finds a difference that came slowly or that it could not see at its start', async () => {
    const { at, ask, wrongBy } = await world(30_000, { silent: true });
    expect(wrongBy()).toBe(30_000);
    at.silent = false;
    await asked(ask);
    expect(Math.abs(wrongBy())).toBeLessThanOrEqual(2);
  });

  it('believes no answer that took longer than the difference it tells', async () => {
    const { wrongBy } = await world(3_000, { tookMs: 6_000 });
    expect(wrongBy()).toBe(3_000);
  });
});
