import { CHANNELS, type Channel, LANES, type Lane } from '../../../contracts/status.ts';
import { beginOf, type Grain, stepFrom } from '../../shared/counters/types.ts';

/** How far back the overview looks: an hour by minutes, a day by hours, a month by days. */
export const SPANS = {
  hour: { grain: 'minute', steps: 60 },
  day: { grain: 'hour', steps: 24 },
  month: { grain: 'day', steps: 30 },
} as const satisfies Record<string, { grain: Grain; steps: number }>;
export type Span = keyof typeof SPANS;

export type View = { span: Span; channel?: Channel; entity?: string; lane?: Lane };

/** What to show, from an address; what it does not know is left out. `entity` bounds it to that one. */
export function readView(query: Record<string, string>, entities: string[], entity: string | null): View {
  const span = (Object.keys(SPANS) as Span[]).find((one) => one === query.span) ?? 'hour';
  return {
    span,
    channel: CHANNELS.find((one) => one === query.channel),
    entity: entity ?? entities.find((one) => one === query.entity),
    lane: LANES.find((one) => one === query.lane),
  };
}

/** The beginnings of every step of a span, oldest first; the last is the one that is not over yet. */
export function stepsOf(span: Span, now: Date): Date[] {
  const { grain, steps } = SPANS[span];
  const last = beginOf(grain, now);
  return Array.from({ length: steps }, (_, i) => stepFrom(grain, last, i - steps + 1));
}
