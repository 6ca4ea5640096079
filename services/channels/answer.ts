import type { Channel, DeliveryStatus, Lane, Reason } from '../../contracts/status.ts';
import type { Attempt, Delivery } from '../shared/ledger/types.ts';
import type { Answer, SendResult } from './provider.ts';

export type AnswerRules = {
  now: Date;
  /** A number in [0, 1): full jitter. */
  random: number;
  /** How long silence after `sent` is waited out before it counts as the last word, in milliseconds. */
  settleMs: Record<Channel, number>;
  /** How long a late receipt may still settle what nobody knows, in milliseconds. */
  unknownGraceMs: number;
};

export type Change = Pick<Delivery, 'status' | 'reason' | 'dueAt' | 'updatedAt'> & Partial<Delivery>;

/** First wait and longest wait between attempts, in milliseconds. */
export const BACKOFF: Record<Channel, { baseMs: number; capMs: number }> = {
  sms: { baseMs: 5_000, capMs: 15 * 60_000 },
  email: { baseMs: 15_000, capMs: 30 * 60_000 },
  push: { baseMs: 5_000, capMs: 15 * 60_000 },
};
/** A one-time code that comes after a minute is of no use: its unknown outcome waits no longer for a late receipt. */
const URGENT_GRACE_MS = 10_000;
const THROTTLE_MS = 1_000;
const THROTTLE_DOUBLINGS = 6;

/**
 * What a provider's answer makes of a delivery. Exponential backoff with full jitter until the notice expires; being
 * asked to slow down does not count as an attempt; what nobody knows is left to the scheduler and the notice's class.
 */
export function afterAnswer(delivery: Delivery, result: SendResult, rules: AnswerRules): Change {
  const { now, settleMs } = rules;
  const at = (ms: number) => new Date(now.getTime() + ms);
  switch (result.kind) {
    case 'accepted':
      return change('sent', null, at(settleMs[delivery.channel]), now, {
        sentAt: now,
        providerRef: result.providerRef,
      });
    case 'refused':
      return change('failed', result.reason, now, now);
    case 'retry':
      return later(delivery, result.reason, result.retryAfterMs ?? backoff(delivery, rules.random), now);
    case 'throttled':
      return later(delivery, 'provider_throttled', result.retryAfterMs ?? slowDown(delivery, rules.random), now);
    case 'held':
      return later(delivery, 'provider_unavailable', result.retryAfterMs, now);
    case 'unknown':
      return change('unknown', 'unknown_outcome', at(graceOf(delivery.lane, rules)), now, {
        unknowns: delivery.unknowns + 1,
      });
    default:
      throw new Error(`unknown answer ${(result satisfies never as SendResult).kind}`);
  }
}

const graceOf = (lane: Lane, { unknownGraceMs }: AnswerRules): number =>
  lane === 'urgent' ? Math.min(URGENT_GRACE_MS, unknownGraceMs) : unknownGraceMs;

/** Full jitter: a random share of the exponential wait, so that failed deliveries do not come back as one wave. */
export function backoff({ channel, attempts }: Pick<Delivery, 'channel' | 'attempts'>, random: number): number {
  const failed = attempts.filter(({ result }) => result !== 'throttled').length;
  const { baseMs, capMs } = BACKOFF[channel];
  return Math.max(1_000, random * Math.min(capMs, baseMs * 2 ** failed));
}

/** Twice as long each time in a row, up to a minute or five: a day of it must not fill the delivery with attempts. */
function slowDown({ attempts }: Pick<Delivery, 'attempts'>, random: number): number {
  const inARow = attempts.length - (attempts.findLastIndex(({ result }) => result !== 'throttled') + 1);
  return THROTTLE_MS * 2 ** Math.min(THROTTLE_DOUBLINGS, inARow) * (1 + random * 4);
}

function later(delivery: Delivery, reason: Reason, waitMs: number, now: Date): Change {
  const dueAt = new Date(now.getTime() + waitMs);
  // Kept as the reason, so that an expired delivery still says what kept it from going.
  if (dueAt >= delivery.expiresAt) return change('expired', reason, now, now);
  return change('deferred', reason, dueAt, now);
}

const change = (
  status: DeliveryStatus,
  reason: Reason | null,
  dueAt: Date,
  now: Date,
  more: Partial<Delivery> = {},
): Change => ({
  status,
  reason,
  dueAt,
  updatedAt: now,
  ...more,
});

/** The record of one call. `code` is the provider's own, never an address. */
export function attemptOf(
  delivery: Delivery,
  provider: string,
  result: Answer,
  startedAt: Date,
  endedAt: Date,
): Attempt {
  return {
    no: delivery.attempts.length + 1,
    provider,
    startedAt,
    endedAt,
    result: result.kind,
    reason: 'reason' in result ? result.reason : result.kind === 'unknown' ? 'unknown_outcome' : null,
    providerRef: result.kind === 'accepted' ? result.providerRef : null,
    code: result.code,
  };
}
