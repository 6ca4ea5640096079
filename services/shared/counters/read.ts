import type { Channel, Lane } from '../../../contracts/status.ts';
import { type Ledger, WHOLE } from '../ledger/index.ts';
import { addHistograms, EDGES, emptyHistogram, type Histogram } from './histogram.ts';
import { type CounterDocument, FLOW_FIELDS, type FlowField, type Grain } from './types.ts';

type CounterLedger = Pick<Ledger, 'connection'>;

export type Counts = Record<FlowField, number>;
export type FlowRow = Counts & { at: Date; channel: Channel | null; entity: string; lane: Lane; handoff: Histogram };
export type ProviderRow = { channel: Channel; provider: string; calls: number; errors: number; receipts: Histogram };

export type FlowFilter = { grain: Grain; from: Date; to?: Date; channel?: Channel; entity?: string; lane?: Lane };

/** The counters that a view is made of: some thousands of documents at most, by one index, whatever the ledger holds. */
export async function readFlow(ledger: CounterLedger, filter: FlowFilter): Promise<FlowRow[]> {
  const { grain, from, to, channel, entity, lane } = filter;
  const found = await countersOf(ledger)
    .find({
      kind: 'flow',
      grain,
      at: { $gte: from, ...(to && { $lt: to }) },
      // What is counted of notices has no channel and belongs to each of them.
      ...(channel && { channel: { $in: [channel, null] } }),
      ...(entity && { entity: { $eq: entity } }),
      ...(lane && { lane }),
    } as object)
    .batchSize(WHOLE)
    .toArray();
  return (found as Extract<CounterDocument, { kind: 'flow' }>[]).map((one) => ({
    at: one.at,
    channel: one.channel,
    entity: one.entity,
    lane: one.lane,
    ...countsOf(one),
    handoff: histogramOf(one),
  }));
}

/** Each provider's calls, faults and times of receipts since a moment; minutes are kept for two days. */
export async function readProviders(ledger: CounterLedger, from: Date): Promise<ProviderRow[]> {
  const found = await countersOf(ledger)
    .find({ kind: 'provider', grain: 'minute', at: { $gte: from } } as object)
    .batchSize(WHOLE)
    .toArray();
  const rows = new Map<string, ProviderRow>();
  for (const one of found as Extract<CounterDocument, { kind: 'provider' }>[]) {
    const { channel, provider, calls = 0, errors = 0 } = one;
    const key = `${channel} ${provider}`;
    const row = rows.get(key) ?? { channel, provider, calls: 0, errors: 0, receipts: emptyHistogram() };
    rows.set(key, {
      ...row,
      calls: row.calls + calls,
      errors: row.errors + errors,
      receipts: addHistograms(row.receipts, histogramOf(one)),
    });
  }
  return [...rows.values()].toSorted((a, b) => (a.channel + a.provider < b.channel + b.provider ? -1 : 1));
}

/** All rows as one. */
export function sumOf(rows: (Counts & { handoff: Histogram })[]): Counts & { handoff: Histogram } {
  const sum = { ...countsOf({}), handoff: emptyHistogram() };
  for (const row of rows) {
    for (const field of FLOW_FIELDS) sum[field] += row[field];
    sum.handoff = addHistograms(sum.handoff, row.handoff);
  }
  return sum;
}

const DAY_MS = 86_400_000;
const KEPT_MS = { minute: 2 * DAY_MS, hour: 90 * DAY_MS } as const;

/** Removes minutes after two days and hours after ninety; days stay. Gives how many went. */
export async function sweepCounters(ledger: CounterLedger, now: Date): Promise<number> {
  let gone = 0;
  for (const kind of ['flow', 'provider'])
    for (const [grain, keptMs] of Object.entries(KEPT_MS)) {
      const at = { $lt: new Date(now.getTime() - keptMs) };
      gone += (await countersOf(ledger).deleteMany({ kind, grain, at } as object)).deletedCount;
    }
  return gone;
}

const countersOf = ({ connection }: CounterLedger) => connection.collection<CounterDocument>('counters');

const countsOf = (one: Partial<Counts>): Counts => ({
  accepted: one.accepted ?? 0,
  sent: one.sent ?? 0,
  delivered: one.delivered ?? 0,
  failed: one.failed ?? 0,
});

const histogramOf = (one: { [bucket: `h${number}`]: number | undefined }): Histogram =>
  Array.from({ length: EDGES.length + 1 }, (_, i) => one[`h${i}`] ?? 0);
