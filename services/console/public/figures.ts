import { EDGES, type Histogram, quantile, shareWithin } from '../../shared/counters/histogram.ts';
import { type Counts, type FlowRow, sumOf } from '../../shared/counters/read.ts';
import { FLOW_FIELDS } from '../../shared/counters/types.ts';

/** Below this a count is not published: it could be somebody. */
export const SMALLEST = 10;
/** Totals are told to the nearest ten, so that what is left out cannot be worked out from them. */
const ROUND_TO = 10;

export const MEASURES = [...FLOW_FIELDS, 'prompt', 'prompt_within_10_seconds'] as const;
export type Measure = (typeof MEASURES)[number];

/** One published count; `count` is null where it was too small. */
export type OpenRow = { date: string; entity: string; channel: string; measure: Measure; count: number | null };
export type Totals = Record<(typeof FLOW_FIELDS)[number], number>;
export type Speed = { within10: number | null; p50: number | null; p95: number | null; p99: number | null };
export type Performance = {
  from: string;
  to: string;
  totals: Totals;
  days: ({ date: string } & Totals)[];
  channels: ({ channel: string } & Omit<Totals, 'accepted'>)[];
  speed: Speed;
  rows: OpenRow[];
  at: Date;
};

/** The counters of whole days as what may be published. Lanes are added up, so that a row stands for more. Pure. */
export function publish(rows: FlowRow[], days: Date[], at: Date): Performance {
  const byDay = Map.groupBy(rows, (row) => row.at.getTime());
  const inDays = days.flatMap((day) => byDay.get(day.getTime()) ?? []);
  const all = sumOf(inDays);
  const byChannel = Map.groupBy(inDays, ({ channel }) => channel);
  const channels = [...byChannel.keys()].flatMap((channel) => channel ?? []).toSorted();
  return {
    from: dateOf(days[0]!),
    to: dateOf(days.at(-1)!),
    totals: rounded(all),
    days: days.map((day) => ({ date: dateOf(day), ...rounded(sumOf(byDay.get(day.getTime()) ?? [])) })),
    channels: channels.map((channel) => {
      const { accepted: _, ...counts } = rounded(sumOf(byChannel.get(channel)!));
      return { channel, ...counts };
    }),
    speed: speedOf(all.handoff),
    rows: days.flatMap((day) => openRows(dateOf(day), byDay.get(day.getTime()) ?? [])),
    at,
  };
}

function openRows(date: string, rows: FlowRow[]): OpenRow[] {
  const groups = Map.groupBy(rows, ({ entity, channel }) => `${entity} ${channel ?? 'all'}`);
  return [...groups.keys()].toSorted().flatMap((key) => {
    const [entity = '', channel = ''] = key.split(' ');
    const counts = measuresOf(sumOf(groups.get(key)!));
    // Notices are counted before they have a channel, deliveries with theirs.
    return MEASURES.filter((measure) => (measure === 'accepted') === (channel === 'all')).map((measure) => ({
      ...{ date, entity, channel, measure },
      count: suppressed(counts[measure]),
    }));
  });
}

const measuresOf = ({ handoff, ...counts }: Counts & { handoff: Histogram }): Record<Measure, number> => ({
  ...counts,
  prompt: handoff.reduce((sum, n) => sum + n, 0),
  prompt_within_10_seconds: handoff.slice(0, EDGES.indexOf(10) + 1).reduce((sum, n) => sum + n, 0),
});

/** Nothing is nothing; what is more than nothing and less than ten is not told. */
const suppressed = (n: number): number | null => (n > 0 && n < SMALLEST ? null : n);

const rounded = (counts: Counts): Totals =>
  Object.fromEntries(FLOW_FIELDS.map((field) => [field, Math.round(counts[field] / ROUND_TO) * ROUND_TO])) as Totals;

function speedOf(handoff: Histogram): Speed {
  const few = handoff.reduce((sum, n) => sum + n, 0) < SMALLEST;
  const told = (value: number | null, digits: number) =>
    few || value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
  return {
    within10: told(shareWithin(handoff, 10), 3),
    p50: told(quantile(handoff, 0.5), 1),
    p95: told(quantile(handoff, 0.95), 1),
    p99: told(quantile(handoff, 0.99), 1),
  };
}

/** The date in Bahrain (UTC+3) of a day's beginning. */
const dateOf = (day: Date): string => new Date(day.getTime() + 3 * 3_600_000).toISOString().slice(0, 10);
