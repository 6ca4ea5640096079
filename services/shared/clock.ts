import type { Logger } from './log.ts';

/** Under a time service machines differ by milliseconds; so far apart they are left alone. */
const TOLERATED_MS = 1_000;
const ASK_EVERY_MS = 10_000;

export type ClockDeps = {
  /** The time of the database. */
  ask(): Promise<Date>;
  log: Logger;
  /** This machine's time, and one that only ever goes on; both in milliseconds. */
  wall?: () => number;
  steady?: () => number;
  everyMs?: number;
};
export type Clock = { now(): Date; stop(): void };

/**
 * The time that decides who holds a claim and what has expired, the same in every process: this machine's, and the database's
 * where they are more than a second apart. Asks at the start and every 10 s; a jump of this machine's clock counts for nothing
 * from the moment it happens. While the database does not answer, the last difference holds. Never rejects.
 */
export async function createClock({
  ask,
  log,
  wall = Date.now,
  steady = () => performance.now(),
  everyMs = ASK_EVERY_MS,
}: ClockDeps): Promise<Clock> {
  let offMs = 0;
  let seen = { wall: wall(), steady: steady() };

  function now(): Date {
    const next = { wall: wall(), steady: steady() };
    const jumped = next.wall - seen.wall - (next.steady - seen.steady);
    seen = next;
    if (Math.abs(jumped) > TOLERATED_MS) {
      offMs -= jumped;
      // A machine that was suspended looks the same from here, and only the database can tell.
      void compare();
    }
    return new Date(next.wall + offMs);
  }

  async function compare(): Promise<void> {
    const before = now().getTime();
    const there = await ask().then(
      (time) => time?.getTime(),
      () => Number.NaN,
    );
    const after = now().getTime();
    const apart = there - (before + after) / 2;
    // Half the time of the question is doubt: its way there may have been the longer one.
    if (!(Math.abs(apart) - (after - before) / 2 > TOLERATED_MS)) return;
    offMs += apart;
    log.warn({ event: 'clock_off', ms: Math.round(offMs), detail: 'the time of the database is taken instead' });
  }

  await compare();
  const timer = setInterval(() => void compare(), everyMs);
  timer.unref();
  return { now, stop: () => clearInterval(timer) };
}
