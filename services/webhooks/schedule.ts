const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Rests between attempts: the schedule that the Standard Webhooks specification gives, 75.6 hours in all. */
export const RESTS_MS: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
];

const JITTER = 0.2;
const RESTS_FROM = 3;
const LONGEST_REST_MS = 5 * MINUTE;
const LONGEST_RETRY_AFTER_MS = HOUR;

/** When to try again after `attempts` attempts, up to a fifth later than planned; null when that was the last one. */
export function nextAttempt(attempts: number, now: Date, random: () => number, rests = RESTS_MS): Date | null {
  const rest = rests[attempts - 1];
  return rest === undefined ? null : new Date(now.getTime() + rest * (1 + JITTER * random()));
}

/**
 * Milliseconds that a whole endpoint is left alone after so many failures in a row. An endpoint that is down is asked
 * now and then, with one message; the others wait without using up their attempts.
 */
export const endpointRest = (failures: number): number =>
  failures < RESTS_FROM ? 0 : Math.min(LONGEST_REST_MS, 5 * SECOND * 2 ** Math.min(failures - RESTS_FROM, 10));

export type Answer = { status: number | null; result: string; retryAfterMs: number };
export type Verdict = { kind: 'taken' | 'gone' } | { kind: 'failed'; restMs: number };

/**
 * What an answer means: 2xx took it, 410 wants no more ever, all else is tried again; so is a redirect, which is not
 * followed. 429 and 503 may name a rest for the endpoint, of which an hour is believed.
 */
export function judge({ status, retryAfterMs }: Answer): Verdict {
  if (status !== null && status >= 200 && status < 300) return { kind: 'taken' };
  if (status === 410) return { kind: 'gone' };
  const asks = status === 429 || status === 503;
  return { kind: 'failed', restMs: asks ? Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0 };
}
