import type { SendResult } from '../provider.ts';

/**
 * What an answer says about the provider that gave it. `fault` counts for its breaker; `error` between 0 and 1 moves its
 * weight; `next` means that the message surely did not go out, so that another provider may have it at once.
 */
export type Verdict = { fault: boolean; error: number; next: boolean };

const fine: Verdict = { fault: false, error: 0, next: false };
const down: Verdict = { fault: true, error: 1, next: true };
/** It may have been sent: the provider is at fault, and nobody else may send it. */
const silent: Verdict = { fault: true, error: 1, next: false };
const busy: Verdict = { fault: false, error: 0.5, next: true };

/**
 * Only trouble of the provider counts. A wrong number, a full mailbox or a recipient's server that wants us to come
 * later would be the same with any provider.
 */
export const verdictOf = (result: SendResult): Verdict => {
  switch (result.kind) {
    case 'accepted':
    case 'refused':
    case 'held':
      return fine;
    case 'throttled':
      return busy;
    case 'unknown':
      return silent;
    case 'retry':
      return result.reason === 'provider_unavailable' || result.reason === 'provider_misconfigured' ? down : fine;
    default:
      return result satisfies never;
  }
};
