import type { Channel, Lane } from '../../../contracts/status.ts';
import { quantile, shareWithin } from '../../shared/counters/histogram.ts';
import { type Counts, type FlowRow, readFlow, readProviders, sumOf } from '../../shared/counters/read.ts';
import { consumerGroups } from '../../shared/kafka/groups.ts';
import { type GroupLag, readLag } from '../../shared/kafka/lag.ts';
import { readStandings } from '../../shared/provider-health.ts';
import type { ConsoleContext } from '../kit/types.ts';
import { type OpenLetters, readOpenLetters } from './dead-letters.ts';
import { type ProviderView, providerViews } from './providers.ts';
import { createRecent } from './recent.ts';
import { SPANS, stepsOf, type View } from './span.ts';
import { readWaiting, type Waiting } from './waiting.ts';

export type Group = Counts & { name: string; waiting: number };
export type Speed = {
  measured: number;
  share: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
};
export type Flow = {
  total: Counts & { waiting: number };
  /** False when more waits than was counted. */
  allWaiting: boolean;
  steps: (Counts & { at: Date })[];
  channels: Group[];
  entities: Group[];
  lanes: Group[];
  speed: Speed & { histogram: number[] };
  at: Date;
};
export type Operations = { lag: GroupLag[] | null; providers: ProviderView[]; letters: OpenLetters; at: Date };
export type Overview = { flow(view: View): Promise<Flow>; operations(): Promise<Operations> };

const FLOW_MS = 2_500;
const WAITING_MS = 10_000;
const OPERATIONS_MS = 5_000;
const LAG_MS = 10_000;
/** Providers are judged by their last quarter of an hour. */
const PROVIDERS_MS = 15 * 60_000;

/** How it goes: everything from kept counters, published standings and bounded looks at indexes. */
export function createOverview(context: ConsoleContext): Overview {
  const { ledger, kafka, clock, log, prefix, catalogue } = context;
  const flows = createRecent<Flow>({ clock, keepMs: FLOW_MS });
  const waitings = createRecent<Waiting>({ clock, keepMs: WAITING_MS });
  const operations = createRecent<Operations>({ clock, keepMs: OPERATIONS_MS });
  const lags = createRecent<GroupLag[] | null>({ clock, keepMs: LAG_MS });
  const groups = consumerGroups(prefix, catalogue);
  const lag = () =>
    lags('lag', () =>
      readLag(kafka, groups).catch((error) => {
        log.warn({ event: 'lag_unknown', code: String(error?.code ?? error?.name) });
        return null;
      }),
    );
  return {
    flow: (view) =>
      flows(JSON.stringify(view), async () => {
        const now = clock();
        const steps = stepsOf(view.span, now);
        const { channel, entity, lane } = view;
        const [rows, waiting] = await Promise.all([
          readFlow(ledger, { grain: SPANS[view.span].grain, from: steps[0]!, channel, entity, lane }),
          waitings('all', () => readWaiting(ledger)),
        ]);
        return flowOf(rows, steps, only(waiting, view), now);
      }),
    operations: () =>
      operations('all', async () => {
        const now = clock();
        const [behind, rows, standings, letters] = await Promise.all([
          lag(),
          readProviders(ledger, new Date(now.getTime() - PROVIDERS_MS)),
          readStandings(ledger, now),
          readOpenLetters(ledger),
        ]);
        return { lag: behind, providers: providerViews(rows, standings), letters, at: now };
      }),
  };
}

function only({ rows, all }: Waiting, { channel, entity, lane }: View): Waiting {
  const mine = rows.filter(
    (row) =>
      (!channel || row.channel === channel) && (!entity || row.entity === entity) && (!lane || row.lane === lane),
  );
  return { rows: mine, n: mine.reduce((sum, { n }) => sum + n, 0), all };
}

/** Counters of a span as what the page shows. Pure. */
export function flowOf(rows: FlowRow[], steps: Date[], waiting: Waiting, at: Date): Flow {
  const total = sumOf(rows);
  const byStep = Map.groupBy(rows, (row) => row.at.getTime());
  const { handoff, ...counts } = total;
  return {
    total: { ...counts, waiting: waiting.n },
    allWaiting: waiting.all,
    steps: steps.map((begin) => {
      const { handoff: _, ...sums } = sumOf(byStep.get(begin.getTime()) ?? []);
      return { at: begin, ...sums };
    }),
    channels: groupsOf(rows, waiting, 'channel'),
    entities: groupsOf(rows, waiting, 'entity'),
    lanes: groupsOf(rows, waiting, 'lane'),
    speed: {
      measured: handoff.reduce((sum, n) => sum + n, 0),
      share: shareWithin(handoff, 10),
      p50: quantile(handoff, 0.5),
      p95: quantile(handoff, 0.95),
      p99: quantile(handoff, 0.99),
      histogram: handoff,
    },
    at,
  };
}

/** One row a channel, entity or lane. A notice has no channel before it is routed, so it is not among the channels. */
function groupsOf(rows: FlowRow[], waiting: Waiting, by: 'channel' | 'entity' | 'lane'): Group[] {
  const counted = Map.groupBy(rows, (row) => row[by] as Channel | string | Lane | null);
  const wait = Map.groupBy(waiting.rows, (row) => row[by] as string);
  const names = [...new Set([...counted.keys(), ...wait.keys()])].filter((name) => name !== null);
  return names.toSorted().map((name) => {
    const { handoff: _, ...counts } = sumOf(counted.get(name) ?? []);
    return { name, ...counts, waiting: (wait.get(name) ?? []).reduce((sum, { n }) => sum + n, 0) };
  });
}
