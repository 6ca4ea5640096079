import type { Catalogue } from '../../shared/catalogue.ts';
import { EDGES } from '../../shared/counters/histogram.ts';
import { FLOW_FIELDS } from '../../shared/counters/types.ts';
import type { PageLanguage } from '../../shared/web/languages.ts';
import { columnChart, lineChart, niceTop, rowBars, type Tone } from './chart.ts';
import type { Flow, Group } from './read.ts';
import { SPANS, type Span } from './span.ts';
import { durationText, numberText, percentText, stepText } from './words.ts';

/** The four lines of the flow, in the order of their life. */
export const TONES: Record<(typeof FLOW_FIELDS)[number] | 'waiting', Tone> = {
  accepted: 'plain',
  sent: 'info',
  delivered: 'good',
  failed: 'bad',
  waiting: 'warn',
};
const GROUP_FIELDS = ['sent', 'delivered', 'failed', 'waiting'] as const;

/** The figures on top: what happened in the span, and how fast. */
export function figures({ total, allWaiting, speed }: Flow, language: PageLanguage) {
  const counts = [...FLOW_FIELDS, 'waiting' as const].map((field) => ({
    key: `overview.${field}`,
    tone: TONES[field],
    value: `${field === 'waiting' && !allWaiting ? '> ' : ''}${numberText(total[field], language)}`,
  }));
  const times = (['p50', 'p95', 'p99'] as const).map((name) => ({
    key: `overview.${name}`,
    value: durationText(speed[name], language),
  }));
  return { counts, share: percentText(speed.share, language), times, measured: numberText(speed.measured, language) };
}

/** The chart over time and the table behind it. */
export function timeChart({ steps }: Flow, span: Span, language: PageLanguage) {
  const { grain } = SPANS[span];
  const top = niceTop(Math.max(...steps.flatMap((step) => FLOW_FIELDS.map((field) => step[field]))));
  const series = FLOW_FIELDS.map((field) => ({ tone: TONES[field], values: steps.map((step) => step[field]) }));
  return {
    svg: lineChart(series, top),
    top: numberText(top, language),
    from: stepText(steps[0]!.at, grain, language),
    to: stepText(steps.at(-1)!.at, grain, language),
    legend: FLOW_FIELDS.map((field) => ({ key: `overview.${field}`, tone: TONES[field] })),
    // Newest first, as it is read.
    rows: steps.toReversed().map((step) => ({
      at: stepText(step.at, grain, language),
      cells: FLOW_FIELDS.map((field) => numberText(step[field], language)),
    })),
    columns: FLOW_FIELDS.map((field) => `overview.${field}`),
  };
}

type NamesOf = (name: string) => { key: string } | { text: { en: string; ar?: string } };

/** A table with bars: one row a channel, entity or lane. */
export function groupTable(
  by: 'channel' | 'entity' | 'lane',
  groups: Group[],
  nameOf: NamesOf,
  language: PageLanguage,
) {
  const top = Math.max(...groups.flatMap((group) => GROUP_FIELDS.map((field) => group[field])), 1);
  return {
    id: `by-${by}`,
    key: `overview.by.${by}`,
    columns: GROUP_FIELDS.map((field) => ({ key: `overview.${field}`, tone: TONES[field] })),
    rows: groups.map((group) => {
      const name = nameOf(group.name);
      return {
        nameKey: 'key' in name ? name.key : null,
        name: 'text' in name ? name.text : null,
        cells: GROUP_FIELDS.map((field) => numberText(group[field], language)),
        svg: rowBars(
          GROUP_FIELDS.map((field) => ({ tone: TONES[field], value: group[field] })),
          top,
        ),
      };
    }),
  };
}

/** The names of entities in every language, from the catalogue. */
export const entityNames =
  ({ entities }: Catalogue): NamesOf =>
  (id) => ({ text: entities.find(({ entity }) => entity === id)?.title ?? { en: id } });

/** How long the hand-off took: columns by bucket, those within ten seconds in another tone, and the table behind. */
export function speedChart({ speed: { histogram } }: Flow, language: PageLanguage) {
  const edge = EDGES.indexOf(10);
  return {
    svg: columnChart(
      histogram,
      histogram.map((_, i) => (i <= edge ? 'good' : 'bad')),
    ),
    from: durationText(0, language),
    to: durationText(EDGES.at(-1)!, language),
    rows: histogram.map((n, i) => ({
      key: i < EDGES.length ? 'overview.upTo' : 'overview.over',
      edge: durationText(EDGES[i] ?? EDGES.at(-1)!, language),
      n: numberText(n, language),
    })),
  };
}
