import CircuitBreaker from 'opossum';
import type { SendResult } from '../provider.ts';
import { verdictOf } from './verdict.ts';

export type BreakerState = 'closed' | 'half-open' | 'open';

export type BreakerOptions = {
  /** Faults in a row that open it; default 8. */
  faultsInARow: number;
  /** It also opens when more than half of the calls in this time fail, ten at least; milliseconds, default 30,000. */
  windowMs: number;
  /** A call without an answer for so long counts as a fault, although its answer is still waited for; false for never. */
  slowMs: number | false;
  /** Time until an open breaker lets a probe through, in milliseconds; doubles with every failed probe. */
  restMs: number;
  longestRestMs: number;
  /** Whether an answer is the provider's fault; default as `verdict.ts` says. */
  isFault(result: SendResult): boolean;
};

export type Breaker = {
  /** Runs the call and gives its answer; null when the breaker does not let it through. */
  run(call: () => Promise<SendResult>): Promise<SendResult> | null;
  state(): BreakerState;
  /** True when a call would be let through. */
  admits(): boolean;
  /** True when the next call is the probe that may close it. */
  awaitsProbe(): boolean;
  /** Milliseconds until the next probe may go; 0 when it is not open. */
  restLeft(): number;
  close(): void;
};

const DEFAULTS: BreakerOptions = {
  faultsInARow: 8,
  windowMs: 30_000,
  slowMs: 3_000,
  restMs: 10_000,
  longestRestMs: 120_000,
  isFault: (result) => verdictOf(result).fault,
};
const FEWEST_CALLS = 10;

/** Tells the library of a fault; the caller has the answer itself. */
class Fault extends Error {
  readonly code = 'provider_fault';
  readonly retryable = true;
}

/**
 * A circuit breaker around one provider. The library counts, opens, rests and probes; here stands what counts as a fault.
 * A share of failures alone would open late under load, where many successes came just before, so a run of faults opens
 * it as well. A long outage is probed ever more rarely, because a probe is somebody's notice.
 */
export function createBreaker(
  name: string,
  changed: (state: BreakerState) => void,
  given: Partial<BreakerOptions> = {},
): Breaker {
  const { faultsInARow, windowMs, slowMs, restMs, longestRestMs, isFault } = { ...DEFAULTS, ...given };
  const options: CircuitBreaker.Options = {
    ...{ name, timeout: slowMs, resetTimeout: restMs, rollingCountTimeout: windowMs },
    ...{ errorThresholdPercentage: 50, volumeThreshold: FEWEST_CALLS, rollingPercentilesEnabled: false },
    enableSnapshots: false,
    // An exception is a bug of ours and says nothing about the provider.
    errorFilter: (error: { code?: string }) => error.code !== 'provider_fault' && error.code !== 'ETIMEDOUT',
  };
  const circuit = new CircuitBreaker(async (call: () => Promise<void>) => call(), options as never);
  let inARow = 0;
  let restEnds = 0;

  circuit.on('success', () => {
    inARow = 0;
  });
  circuit.on('failure', () => {
    inARow += 1;
    if (circuit.halfOpen) options.resetTimeout = Math.min(longestRestMs, options.resetTimeout! * 2);
    else if (inARow >= faultsInARow) circuit.open();
  });
  circuit.on('open', () => {
    restEnds = performance.now() + options.resetTimeout!;
    changed('open');
  });
  circuit.on('halfOpen', () => changed('half-open'));
  circuit.on('close', () => {
    options.resetTimeout = restMs;
    changed('closed');
  });

  return {
    run(call) {
      let answer: Promise<SendResult> | null = null;
      const counted = circuit.fire(async () => {
        answer = call();
        if (isFault(await answer)) throw new Fault();
      });
      // Only the library's count; whoever called has the answer, or null.
      counted.catch(() => {});
      return answer;
    },
    state: () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed'),
    admits: () => circuit.closed || circuit.pendingClose,
    awaitsProbe: () => circuit.halfOpen && circuit.pendingClose,
    restLeft: () => (circuit.opened ? Math.max(0, restEnds - performance.now()) : 0),
    close: () => circuit.shutdown(),
  };
}
