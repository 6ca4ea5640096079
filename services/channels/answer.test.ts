import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANNELS, type DeliveryStatus } from '../../contracts/status.ts';
import { at, NOON, sampleDelivery } from '../shared/ledger/samples.ts';
import type { Attempt } from '../shared/ledger/types.ts';
import { afterAnswer, attemptOf, BACKOFF, backoff } from './answer.ts';
import type { Answer, SendResult } from './provider.ts';

const rules = {
  now: NOON,
  random: 0.5,
  settleMs: { sms: 86_400_000, email: 3_600_000, push: 0 },
  unknownGraceMs: 60_000,
};
const attempt = (result: Attempt['result']): Attempt => ({
  ...{ no: 1, provider: 'sample', startedAt: NOON, endedAt: NOON, result, reason: null, providerRef: null, code: null },
});
const attempts = (...results: Attempt['result'][]) => results.map(attempt);
const retry = (retryAfterMs?: number): Answer => ({
  ...{ kind: 'retry', reason: 'provider_unavailable', code: '421', retryAfterMs },
});

describe('a provider’s answer', () => {
  it.each<[SendResult, DeliveryStatus, string | null]>([
    [{ kind: 'accepted', providerRef: 'ref-1', code: null }, 'sent', null],
    [{ kind: 'refused', reason: 'invalid_number', code: 'x', contact: 'dead' }, 'failed', 'invalid_number'],
    [retry(), 'deferred', 'provider_unavailable'],
    [{ kind: 'throttled', code: '429' }, 'deferred', 'provider_throttled'],
    [{ kind: 'unknown', code: 'timeout' }, 'unknown', 'unknown_outcome'],
    [{ kind: 'held', code: 'breakers_open', retryAfterMs: 7_000 }, 'deferred', 'provider_unavailable'],
  ])('%j makes the delivery %s', (result, status, reason) => {
    expect(afterAnswer(sampleDelivery(), result, rules)).toMatchObject({ status, reason, updatedAt: NOON });
  });

  it('accepted: silence is waited out as long as the channel’s receipts take', () => {
    const accepted: SendResult = { kind: 'accepted', providerRef: 'ref-1', code: null };
    const dueAt = CHANNELS.map((channel) => afterAnswer(sampleDelivery({ channel }), accepted, rules).dueAt);
    expect(dueAt).toEqual([at(86_400), at(3_600), NOON]);
    expect(afterAnswer(sampleDelivery(), accepted, rules)).toMatchObject({ sentAt: NOON, providerRef: 'ref-1' });
  });

  it('C16 unknown: counted, and left alone for a minute in which a receipt may come', () => {
    const change = afterAnswer(sampleDelivery({ unknowns: 1 }), { kind: 'unknown', code: 'timeout' }, rules);
    expect(change).toMatchObject({ unknowns: 2, dueAt: at(60) });
  });

  it('C16 unknown: a code is of no use after a minute, so it waits ten seconds', () => {
    const urgent = sampleDelivery({ lane: 'urgent' });
    expect(afterAnswer(urgent, { kind: 'unknown', code: 'timeout' }, rules).dueAt).toEqual(at(10));
  });

  it('C23 a retry that would come after the expiry ends the delivery with what kept it from going', () => {
    const delivery = sampleDelivery({ expiresAt: at(60) });
    expect(afterAnswer(delivery, retry(59_999), rules)).toMatchObject({ status: 'deferred' });
    expect(afterAnswer(delivery, retry(60_000), rules)).toMatchObject({
      ...{ status: 'expired', reason: 'provider_unavailable', dueAt: NOON },
    });
  });

  it('waits as long as the provider asks, or our own breakers', () => {
    const held: SendResult = { kind: 'held', code: 'breakers_open', retryAfterMs: 9_000 };
    expect(afterAnswer(sampleDelivery(), held, rules).dueAt).toEqual(at(9));
    expect(afterAnswer(sampleDelivery(), retry(7_000), rules).dueAt).toEqual(at(7));
    const throttled: SendResult = { kind: 'throttled', code: '429', retryAfterMs: 11_000 };
    expect(afterAnswer(sampleDelivery(), throttled, rules).dueAt).toEqual(at(11));
  });

  it('slows down further each time it is asked to in a row, up to a minute or five', () => {
    const waited = (...before: Attempt['result'][]) => {
      const delivery = sampleDelivery({ attempts: attempts(...before), expiresAt: at(86_400) });
      const { dueAt } = afterAnswer(delivery, { kind: 'throttled', code: '429' }, { ...rules, random: 0 });
      return (dueAt!.getTime() - NOON.getTime()) / 1000;
    };
    expect([waited(), waited('throttled'), waited('throttled', 'throttled')]).toEqual([1, 2, 4]);
    expect(waited('throttled', 'retry', 'throttled')).toBe(2);
    expect(waited(...Array<'throttled'>(50).fill('throttled'))).toBe(64);
  });
});

describe('backoff', () => {
  it('doubles with each failure up to its cap; being throttled is no failure', () => {
    const email = (...results: Attempt['result'][]) => backoff({ channel: 'email', attempts: attempts(...results) }, 1);
    expect([email(), email('retry'), email('retry', 'retry')]).toEqual([15_000, 30_000, 60_000]);
    expect(email('retry', 'throttled', 'throttled')).toBe(30_000);
    expect(email(...Array<'retry'>(40).fill('retry'))).toBe(30 * 60_000);
  });

  it('spreads over the whole wait and never falls below a second', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CHANNELS),
        fc.nat(60),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (channel, n, random) => {
          const wait = backoff({ channel, attempts: attempts(...Array<'retry'>(n).fill('retry')) }, random);
          expect(wait).toBeGreaterThanOrEqual(1_000);
          expect(wait).toBeLessThanOrEqual(BACKOFF[channel].capMs);
        },
      ),
    );
  });
});

describe('the record of a call', () => {
  it('counts on, and has a reason when there is one to tell', () => {
    const delivery = sampleDelivery({ attempts: attempts('retry') });
    const record = (result: Answer) => attemptOf(delivery, 'sample', result, NOON, at(1));
    expect(record({ kind: 'accepted', providerRef: 'ref-1', code: null })).toMatchObject({
      no: 2,
      reason: null,
      providerRef: 'ref-1',
    });
    expect(record(retry())).toMatchObject({ reason: 'provider_unavailable', providerRef: null, code: '421' });
    expect(record({ kind: 'unknown', code: 'timeout' }).reason).toBe('unknown_outcome');
  });
});
