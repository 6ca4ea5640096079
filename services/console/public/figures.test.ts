import { describe, expect, it } from '@jest/globals';
import { emptyHistogram } from '../../shared/counters/histogram.ts';
import type { FlowRow } from '../../shared/counters/read.ts';
import { publish } from './figures.ts';

// Midnight in Bahrain (UTC+3) of 24 November 2026.
const DAY = new Date('2026-11-23T21:00:00Z');
const row = (more: Partial<FlowRow>): FlowRow => ({
  ...{ at: DAY, channel: 'sms', entity: 'sijilat', lane: 'normal', handoff: emptyHistogram() },
  ...{ accepted: 0, sent: 0, delivered: 0, failed: 0 },
  ...more,
});
const told = (rows: FlowRow[]) => publish(rows, [DAY], DAY);

describe('what is published', () => {
  it('counts a day as Bahrain has it', () => {
    expect(told([]).days).toEqual([{ date: '2026-11-24', accepted: 0, sent: 0, delivered: 0, failed: 0 }]);
  });

  it.each([
    [0, 0],
    [1, null],
    [9, null],
    [10, 10],
  ])('tells %d failures of one entity, channel and day as %p', (failed, count) => {
    const rows = told([row({ sent: 500, failed })]).rows;
    expect(rows.find(({ measure }) => measure === 'failed')).toEqual({
      date: '2026-11-24',
      entity: 'sijilat',
      channel: 'sms',
      measure: 'failed',
      count,
    });
  });

  it('adds lanes up before it looks whether a count is small', () => {
    const rows = told([row({ lane: 'urgent', sent: 6 }), row({ lane: 'bulk', sent: 6 })]).rows;
    expect(rows.find(({ measure }) => measure === 'sent')?.count).toBe(12);
  });

  it('rounds totals, so that a count that was left out cannot be worked out from them', () => {
    const { totals, channels } = told([row({ sent: 500 }), row({ entity: 'ofoq', sent: 4 })]);
    expect([totals.sent, channels]).toEqual([500, [{ channel: 'sms', sent: 500, delivered: 0, failed: 0 }]]);
  });

  it('tells no speed of a handful of deliveries', () => {
    const handoff = emptyHistogram();
    handoff[0] = 9;
    expect(told([row({ handoff })]).speed).toEqual({ within10: null, p50: null, p95: null, p99: null });
    handoff[0] = 10;
    expect(told([row({ handoff })]).speed.within10).toBe(1);
  });

  it('leaves out what lies outside of its days', () => {
    expect(told([row({ at: new Date('2026-11-24T21:00:00Z'), sent: 100 })]).rows).toEqual([]);
  });
});
