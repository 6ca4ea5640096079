import type { Channel } from '../../../contracts/status.ts';
import { quantile } from '../../shared/counters/histogram.ts';
import type { ProviderRow } from '../../shared/counters/read.ts';
import type { ProviderStanding } from '../../shared/provider-health.ts';

export type ProviderView = {
  channel: Channel;
  provider: string;
  /** The worst that a process sees, and how many of them see it so; null where there is no breaker. */
  breaker: { state: ProviderStanding['breaker']; seenBy: number; processes: number } | null;
  /** Mean share of the messages, over the processes. */
  share: number | null;
  calls: number;
  errorRate: number | null;
  /** Seconds from hand-over to receipt: half of them came within it, and nearly all. */
  receipt: { p50: number; p95: number } | null;
};

const WORSE = { open: 2, 'half-open': 1, closed: 0 } as const;

/** What the counters of the last minutes and the standings of the processes say together, by channel and provider. */
export function providerViews(rows: ProviderRow[], standings: ProviderStanding[]): ProviderView[] {
  const keyOf = ({ channel, provider }: { channel: string; provider: string }) => `${channel} ${provider}`;
  const counted = new Map(rows.map((row) => [keyOf(row), row]));
  const seen = Map.groupBy(standings, keyOf);
  return [...new Set([...counted.keys(), ...seen.keys()])].toSorted().map((key) => {
    const row = counted.get(key);
    const all = seen.get(key) ?? [];
    const { channel, provider } = (row ?? all[0])!;
    return {
      channel,
      provider,
      breaker: breakerOf(all),
      share: all.length === 0 ? null : all.reduce((sum, { share }) => sum + share, 0) / all.length,
      calls: row?.calls ?? 0,
      errorRate: row && row.calls > 0 ? row.errors / row.calls : null,
      receipt: receiptOf(row),
    };
  });
}

function breakerOf(all: ProviderStanding[]): ProviderView['breaker'] {
  const [worst] = all.toSorted((a, b) => WORSE[b.breaker] - WORSE[a.breaker]);
  if (!worst) return null;
  const state = worst.breaker;
  return { state, seenBy: all.filter(({ breaker }) => breaker === state).length, processes: all.length };
}

function receiptOf(row: ProviderRow | undefined): ProviderView['receipt'] {
  const p50 = row ? quantile(row.receipts, 0.5) : null;
  return p50 === null ? null : { p50, p95: quantile(row!.receipts, 0.95)! };
}
