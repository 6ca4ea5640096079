import { weightsInForce } from '../../shared/controls/scope.ts';
import type { StartContext } from '../../shared/run.ts';
import type { MemberState, Provider } from '../provider.ts';
import type { BreakerState } from './breaker.ts';
import { createFailover, type FailoverOptions } from './failover.ts';

const LEVEL: Record<BreakerState, number> = { closed: 0, 'half-open': 1, open: 2 };

/** Also one alone stands behind a breaker: while it is down, notices wait without burning attempts. */
export function several(
  { metrics, log, clock, controls }: StartContext,
  options: Omit<FailoverOptions, 'clock' | 'random' | 'changed' | 'weights'>,
): Provider & { state(): MemberState[] } {
  const { channel } = options;
  const failover = createFailover({
    ...options,
    clock,
    random: Math.random,
    weights: async () => weightsInForce(await controls.current(), clock()),
    changed(provider, state) {
      metrics.breakerState.set({ channel, provider }, LEVEL[state]);
      if (state !== 'closed') log.warn({ event: 'breaker', channel, provider, code: state });
    },
  });
  return {
    ...failover,
    async send(request) {
      const result = await failover.send(request);
      for (const { name, share } of failover.state()) metrics.providerShare.set({ channel, provider: name }, share);
      return result;
    },
    async close() {
      await failover.close();
      for (const { name: provider } of failover.state()) {
        metrics.breakerState.remove({ channel, provider });
        metrics.providerShare.remove({ channel, provider });
      }
    },
  };
}
