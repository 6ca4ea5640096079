import { describe, expect, it } from '@jest/globals';
import { emptyHistogram } from '../../shared/counters/histogram.ts';
import type { FlowRow, ProviderRow } from '../../shared/counters/read.ts';
import type { ProviderStanding } from '../../shared/provider-health.ts';
import { loadLanguages } from '../../shared/web/languages.ts';
import { STRINGS } from '../index.ts';
import { lineChart, niceTop } from './chart.ts';
import { providerViews } from './providers.ts';
import { flowOf } from './read.ts';
import { readView, stepsOf } from './span.ts';
import { durationText, numberText, percentText } from './words.ts';

const NOW = new Date('2026-11-25T09:30:20Z');
const AT = new Date('2026-11-25T09:30:00Z');
const row = (more: Partial<FlowRow>): FlowRow => ({
  ...{ at: AT, channel: 'sms', entity: 'sijilat', lane: 'normal', handoff: emptyHistogram() },
  ...{ accepted: 0, sent: 0, delivered: 0, failed: 0 },
  ...more,
});

describe('the overview', () => {
  it('adds up by step, channel, entity and lane, and keeps notices out of the channels', () => {
    const rows = [
      row({ channel: null, accepted: 5 }),
      row({ sent: 3, failed: 1 }),
      row({ channel: 'email', entity: 'ofoq', lane: 'urgent', sent: 2 }),
    ];
    const waiting = { rows: [{ channel: 'push', entity: 'ofoq', lane: 'bulk', n: 7 }] as never, n: 7, all: true };
    const flow = flowOf(rows, stepsOf('hour', NOW), waiting, NOW);
    expect(flow.total).toEqual({ accepted: 5, sent: 5, delivered: 0, failed: 1, waiting: 7 });
    expect(flow.steps).toHaveLength(60);
    expect(flow.steps.at(-1)).toMatchObject({ at: AT, accepted: 5, sent: 5 });
    expect(flow.channels.map(({ name, sent, waiting: n }) => [name, sent, n])).toEqual([
      ['email', 2, 0],
      ['push', 0, 7],
      ['sms', 3, 0],
    ]);
    expect(flow.entities.map(({ name, accepted }) => [name, accepted])).toEqual([
      ['ofoq', 0],
      ['sijilat', 5],
    ]);
    expect(flow.lanes.map(({ name }) => name)).toEqual(['bulk', 'normal', 'urgent']);
  });

  it('binds an entity administrator to their own entity, whatever the address says', () => {
    const query = { span: 'month', entity: 'ofoq', channel: 'fax', lane: 'urgent' };
    expect(readView(query, ['ofoq', 'sijilat'], 'sijilat')).toEqual({
      ...{ span: 'month', channel: undefined, entity: 'sijilat', lane: 'urgent' },
    });
  });

  it('begins days where Bahrain has midnight', () => {
    expect(stepsOf('month', new Date('2026-11-24T21:00:00Z')).at(-1)).toEqual(new Date('2026-11-24T21:00:00Z'));
    expect(stepsOf('month', new Date('2026-11-24T20:59:59Z')).at(-1)).toEqual(new Date('2026-11-23T21:00:00Z'));
  });

  it('tells of a provider the worst that a process sees, and how many see it', () => {
    const standing = (breaker: ProviderStanding['breaker']): ProviderStanding => ({
      ...{ channel: 'sms', provider: 'sns', share: 0.5, errors: 0, receiptMs: null, breaker },
    });
    const rows = [
      { channel: 'sms', provider: 'sns', calls: 200, errors: 50, receipts: emptyHistogram() },
    ] as ProviderRow[];
    const [sns] = providerViews(rows, [standing('closed'), standing('open'), standing('closed')]);
    expect(sns).toMatchObject({ breaker: { state: 'open', seenBy: 1, processes: 3 }, errorRate: 0.25, receipt: null });
  });

  it('has providers without a breaker, and breakers without a call', () => {
    const rows = [
      { channel: 'push', provider: 'webpush', calls: 0, errors: 0, receipts: emptyHistogram() },
    ] as ProviderRow[];
    const idle: ProviderStanding = {
      channel: 'email',
      provider: 'smtp',
      breaker: 'closed',
      share: 1,
      errors: 0,
      receiptMs: null,
    };
    expect(
      providerViews(rows, [idle]).map(({ provider, breaker, errorRate }) => [provider, breaker?.state, errorRate]),
    ).toEqual([
      ['smtp', 'closed', null],
      ['webpush', undefined, null],
    ]);
  });
});

describe('charts', () => {
  it.each([
    [0, 1],
    [3, 5],
    [7, 10],
    [11, 20],
    [200, 200],
    [5_001, 10_000],
  ])('a scale for %d ends at %d', (most, top) => expect(niceTop(most)).toBe(top));

  it('draws nothing outside of the box, and nothing that is no number', () => {
    const svg = lineChart([{ tone: 'good', values: [0, 50, 100] }], 100);
    expect(svg).toContain('points="0,158 300,80 600,2"');
    expect(lineChart([{ tone: 'good', values: [] }], 1)).not.toContain('NaN');
  });
});

describe('numbers in words', () => {
  const [ar, en] = ['ar', 'en'].map((code) => loadLanguages(STRINGS).find(code)!);
  it('have the digits 0-9 in every language', () => {
    expect(numberText(1_234_567, ar!)).toBe('1,234,567');
    expect(durationText(0.84, ar!)).toBe('0.8 ث');
  });

  it.each([
    [0.04, '0 s'],
    [9.5, '9.5 s'],
    [59, '59 s'],
    [90, '1.5 min'],
    [7_200, '2 h'],
    [null, '–'],
  ])('%p seconds are "%s"', (seconds, words) => expect(durationText(seconds, en!)).toBe(words));

  it('never round a share up to all', () => {
    expect(percentText(0.99999, en!)).toBe('99.9%');
    expect(percentText(1, en!)).toBe('100%');
    expect(percentText(null, en!)).toBe('–');
  });
});
