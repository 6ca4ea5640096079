import type { Reason } from '../../../contracts/status.ts';
import { verdictOf } from '../failover/verdict.ts';
import type { SendResult } from '../provider.ts';

export type Failure = Exclude<SendResult, { kind: 'accepted' }>;

type Meaning =
  | { kind: 'refused'; reason: Reason; contact: 'keep' | 'dead' }
  | { kind: 'retry'; reason: Reason }
  | { kind: 'throttled' };

const refused = (reason: Reason, contact: 'keep' | 'dead' = 'keep'): Meaning => ({ kind: 'refused', reason, contact });
const unavailable: Meaning = { kind: 'retry', reason: 'provider_unavailable' };
const misconfigured: Meaning = { kind: 'retry', reason: 'provider_misconfigured' };

/** What a push service's refusal means (RFC 8030, 7.2 to 7.4); the first row that fits wins. Redirects are not followed. */
export const PUSH_STATUSES: readonly { from: number; to: number; meaning: Meaning }[] = [
  { from: 404, to: 404, meaning: refused('endpoint_gone', 'dead') },
  { from: 410, to: 410, meaning: refused('endpoint_gone', 'dead') },
  { from: 413, to: 413, meaning: refused('too_large') },
  { from: 429, to: 429, meaning: { kind: 'throttled' } },
  { from: 401, to: 401, meaning: misconfigured },
  { from: 403, to: 403, meaning: misconfigured },
  { from: 408, to: 408, meaning: unavailable },
  { from: 500, to: 599, meaning: unavailable },
  { from: 0, to: 499, meaning: refused('provider_refused') },
];

/** A push service cannot make us wait longer than this, in milliseconds. */
const LONGEST_WAIT = 3_600_000;

/** Reads a refusing status, with the wait that `Retry-After` (RFC 9110, 10.2.3) asks for. */
export const readPushStatus = (status: number, retryAfter: string | undefined, now: number): Failure => {
  const meaning = PUSH_STATUSES.find(({ from, to }) => status >= from && status <= to)?.meaning ?? unavailable;
  const code = `HTTP ${status}`;
  if (meaning.kind === 'refused') return { ...meaning, code };
  const wait = waitOf(retryAfter, now);
  return wait > 0 ? { ...meaning, code, retryAfterMs: Math.min(wait, LONGEST_WAIT) } : { ...meaning, code };
};

const waitOf = (retryAfter: string | undefined, now: number): number => {
  if (!retryAfter) return 0;
  const wait = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(wait) ? 0 : wait;
};

/**
 * The same refusal from a host that is no known push service. Anybody can register such a host, so it may delay its
 * own notices, but must not slow down, or cut off, everybody's.
 */
export const ofStranger = (failure: Failure): Failure => {
  const { kind } = failure;
  if (kind === 'throttled') return { ...failure, kind: 'retry', reason: 'provider_throttled' };
  return kind === 'retry' ? { ...failure, reason: 'retry' } : failure;
};

/**
 * Whether a push service is at fault, for its breaker. 401 and 403 are not counted: a service also answers so to one
 * subscription that was made for another key, and that must not hold up everybody's.
 */
export const isFaultOfPushService = (result: SendResult): boolean =>
  verdictOf(result).fault && !('reason' in result && result.reason === 'provider_misconfigured');
