import type { SendResult } from '../provider.ts';

/** How many calls a lane makes at once: `limit` is a fraction while it grows; `slowedAt` in milliseconds. */
export type Pace = { limit: number; slowedAt: number };

/** One burst of refusals halves the limit once, not once for each call that was in the air. */
const SLOWED_ONCE_MS = 1_000;

export const fullPace = (most: number): Pace => ({ limit: most, slowedAt: Number.NEGATIVE_INFINITY });

/**
 * Additive increase, multiplicative decrease, as for congestion in TCP (RFC 5681, section 3.1): a provider that asks us
 * to slow down halves the lane's limit, and each limit's worth of accepted messages adds one, up to `most`. Other
 * answers say nothing about speed. The limit never falls below one.
 */
export const paceAfter = (pace: Pace, kind: SendResult['kind'], now: number, most: number): Pace => {
  if (kind === 'throttled') {
    if (now - pace.slowedAt < SLOWED_ONCE_MS) return pace;
    return { limit: Math.max(1, Math.floor(pace.limit) / 2), slowedAt: now };
  }
  if (kind !== 'accepted' || pace.limit >= most) return pace;
  return { ...pace, limit: Math.min(most, pace.limit + 1 / pace.limit) };
};
