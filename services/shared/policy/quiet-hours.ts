import { Temporal } from 'temporal-polyfill';

export type QuietHours = { from: string; to: string };

/**
 * The end of the quiet window that `at` falls into, or null when it falls into none. The window is read on the wall
 * clock of `timeZone` (tzdata decides about summer time and Ramadan); `from` later than `to` wraps midnight; `from` is
 * inside the window, `to` is not.
 */
export function quietUntil(at: Date, window: QuietHours | null, timeZone: string): Date | null {
  if (!window || window.from === window.to) return null;
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const from = Temporal.PlainTime.from(window.from);
  const to = Temporal.PlainTime.from(window.to);
  const now = local.toPlainTime();
  const afterFrom = Temporal.PlainTime.compare(now, from) >= 0;
  const beforeTo = Temporal.PlainTime.compare(now, to) < 0;
  const wraps = Temporal.PlainTime.compare(from, to) > 0;
  const quiet = wraps ? afterFrom || beforeTo : afterFrom && beforeTo;
  if (!quiet) return null;
  const day = wraps && afterFrom ? local.toPlainDate().add({ days: 1 }) : local.toPlainDate();
  return new Date(day.toZonedDateTime({ timeZone, plainTime: to }).epochMilliseconds);
}
