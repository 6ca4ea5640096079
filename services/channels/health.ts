import { randomUUID } from 'node:crypto';
import { startLoop } from '../shared/loop.ts';
import { publishStandings, withdrawStandings } from '../shared/provider-health.ts';
import type { StartContext } from '../shared/run.ts';
import type { Provider } from './provider.ts';

const EVERY_MS = 5_000;

/** Tells those who watch, every few seconds, how this process's providers stand; takes it back when it stops. */
export function publishHealth(providers: Provider[], { ledger, clock, log }: StartContext): { stop(): Promise<void> } {
  const process = randomUUID();
  const loop = startLoop({
    name: 'provider-health',
    restMs: EVERY_MS,
    log,
    async step() {
      const standings = providers.flatMap(({ channel, state }) =>
        (state?.() ?? []).map(({ name, state: breaker, ...rest }) => ({ channel, provider: name, breaker, ...rest })),
      );
      await publishStandings(ledger, process, standings, clock());
      return false;
    },
  });
  return {
    async stop() {
      await loop.stop();
      // The next look finds it stale anyway.
      await withdrawStandings(ledger, process).catch(() => {});
    },
  };
}
