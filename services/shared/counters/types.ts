import type { Channel, Lane } from '../../../contracts/status.ts';

/** How long one document counts: a minute, an hour or a day (of Bahrain's clock). */
export type Grain = 'minute' | 'hour' | 'day';

/** What is counted of notices and deliveries. */
export const FLOW_FIELDS = ['accepted', 'sent', 'delivered', 'failed'] as const;
export type FlowField = (typeof FLOW_FIELDS)[number];

/** `channel` is null for what is counted of notices rather than of deliveries. */
export type FlowKey = { channel: Channel | null; entity: string; lane: Lane };
export type ProviderKey = { channel: Channel; provider: string };

/**
 * One document of `counters`. `flow`: counts of one channel, entity and lane, and `h<bucket>` of the time from event to
 * hand-off. `provider`: calls, those that failed for a reason of the provider's, and `h<bucket>` of the time from
 * hand-over to receipt.
 */
export type CounterDocument = { _id: string; grain: Grain; at: Date } & (
  | ({ kind: 'flow' } & FlowKey & Partial<Record<FlowField, number>>)
  | ({ kind: 'provider' } & ProviderKey & { calls?: number; errors?: number })
) & { [bucket: `h${number}`]: number | undefined };

const STEP: Record<Grain, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** Days are those of Bahrain (UTC+3, no summer time): the public page tells of them. */
const BAHRAIN_MS = 3 * 3_600_000;

/** The beginning of the minute, hour or day that a moment lies in. */
export function beginOf(grain: Grain, at: Date): Date {
  const shift = grain === 'day' ? BAHRAIN_MS : 0;
  return new Date(Math.floor((at.getTime() + shift) / STEP[grain]) * STEP[grain] - shift);
}

/** The beginning of the one that lies `n` further on, or back. */
export const stepFrom = (grain: Grain, begin: Date, n: number): Date => new Date(begin.getTime() + n * STEP[grain]);
