import { type Fault, fault } from './faults.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How far the publisher's clock may run ahead of ours. */
export const CLOCK_SKEW_MS = 5 * MINUTE;
/** How far ahead an event may be scheduled. */
export const SCHEDULE_LIMIT_MS = 90 * DAY;

/**
 * Faults of the three times of an event against the clock. A time that is missing or not RFC 3339 is the schema's
 * matter and is passed over here.
 */
export function timeFaults(envelope: Record<string, unknown>, now: Date): Fault[] {
  const [time, expiry, notBefore] = [envelope.time, envelope.expirytime, envelope.notbefore].map(readTime);
  const faults: Fault[] = [];
  if (time! > now.getTime() + CLOCK_SKEW_MS) faults.push(fault('time_ahead', '/time'));
  if (expiry! <= now.getTime() || expiry! <= notBefore!) faults.push(fault('expired', '/expirytime'));
  if (notBefore! > now.getTime() + SCHEDULE_LIMIT_MS) faults.push(fault('notbefore_too_far', '/notbefore'));
  return faults;
}

/** Milliseconds since the epoch; NaN, which no comparison holds for, when there is no such time. */
const readTime = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);
