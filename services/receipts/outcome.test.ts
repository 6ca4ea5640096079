import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeliveryStatus, Reason } from '../../contracts/status.ts';
import { at, NOON, sampleDelivery, sampleNotification } from '../shared/ledger/samples.ts';
import type { Decision, Delivery, Notification } from '../shared/ledger/types.ts';
import { channelLines, judge } from './outcome.ts';

let serial = 0;
const delivery = (status: DeliveryStatus, more: Partial<Delivery> = {}): Delivery => {
  serial += 1;
  return sampleDelivery({ _id: `d_${serial}`, status, dueAt: NOON, ...more });
};
const waiting = (step: number, more: Partial<Delivery> = {}) =>
  delivery('deferred', { step, reason: 'waiting_step', dueAt: at(600), ...more });
const settled = () => delivery('sent', { settledAt: NOON, dueAt: null });

const outcome = (deliveries: Delivery[], more: Partial<Notification> = {}) => {
  const verdict = judge(sampleNotification(more), deliveries, NOON);
  return verdict.kind === 'final' ? [verdict.status, verdict.reason] : verdict.kind;
};

describe('an outcome', () => {
  it.each<[string, () => Delivery[], string, Reason | null]>([
    ['one delivered', () => [delivery('delivered')], 'reached', null],
    ['one sent, and silence since', () => [settled()], 'reached', null],
    ['two delivered', () => [delivery('delivered'), delivery('delivered')], 'reached', null],
    ['one delivered, one skipped', () => [delivery('delivered'), delivery('skipped')], 'reached', null],
    ['one delivered, one failed', () => [delivery('delivered'), delivery('failed')], 'partly_reached', null],
    ['one sent, one bounced', () => [settled(), delivery('bounced')], 'partly_reached', null],
    ['one delivered, one expired', () => [delivery('delivered'), delivery('expired')], 'partly_reached', null],
    [
      'the person, though not the delegate',
      () => [settled(), delivery('failed', { mandateId: 'm_1' })],
      'reached',
      null,
    ],
    [
      'the delegate alone',
      () => [delivery('sent', { mandateId: 'm_1', settledAt: NOON, dueAt: null })],
      'reached',
      null,
    ],
    [
      'the delegate in place of the person',
      () => [delivery('failed'), delivery('delivered', { mandateId: 'm_1' })],
      'partly_reached',
      null,
    ],
    ['one failed', () => [delivery('failed', { reason: 'provider_refused' })], 'not_reached', 'provider_refused'],
    [
      'a bounce tells more than a skip',
      () => [delivery('skipped', { reason: 'opted_out' }), delivery('bounced', { reason: 'mailbox_full' })],
      'not_reached',
      'mailbox_full',
    ],
    [
      'a failure tells more than an expiry',
      () => [delivery('expired', { reason: 'expired' }), delivery('failed', { reason: 'too_large' })],
      'not_reached',
      'too_large',
    ],
    ['all skipped', () => [delivery('skipped', { reason: 'opted_out' })], 'not_reached', 'opted_out'],
    ['superseded', () => [delivery('superseded', { reason: 'superseded' })], 'not_reached', 'superseded'],
    [
      'unknown until it expired',
      () => [delivery('unknown', { reason: 'unknown_outcome', expiresAt: NOON })],
      'not_reached',
      'unknown_outcome',
    ],
  ])('%s: %s', (_, deliveries, status, reason) => {
    expect(outcome(deliveries())).toEqual([status, reason]);
  });

  it('is cancelled when the entity cancelled and nothing had gone out', () => {
    const cancelled = () => delivery('cancelled', { reason: 'cancelled' });
    const more = { cancelledAt: NOON };
    expect(outcome([cancelled(), cancelled()], more)).toEqual(['cancelled', 'cancelled']);
    expect(outcome([cancelled(), delivery('skipped', { reason: 'opted_out' })], more)).toEqual([
      'cancelled',
      'cancelled',
    ]);
    expect(outcome([cancelled(), delivery('delivered')], more)).toEqual(['partly_reached', null]);
    expect(outcome([cancelled(), delivery('failed', { reason: 'too_large' })], more)).toEqual([
      'not_reached',
      'too_large',
    ]);
  });

  it('is that the person was reached when they read it, whatever the channels say', () => {
    expect(outcome([delivery('skipped')], { readAt: NOON })).toEqual(['reached', null]);
    expect(outcome([delivery('bounced')], { readAt: NOON })).toEqual(['partly_reached', null]);
  });
});

describe('what a delegate receives', () => {
  it('neither spares the person the next step nor hastens it', () => {
    for (const status of ['delivered', 'failed'] as const) {
      const theirs = delivery(status, { mandateId: 'm_1' });
      const verdict = judge(sampleNotification(), [settled(), theirs, waiting(1)], NOON);
      expect([status, verdict.skip, verdict.kind === 'open' && verdict.hasten]).toEqual([status, [], []]);
    }
  });
});

describe('no outcome yet', () => {
  it.each<[string, () => Delivery]>([
    ['it waits', () => delivery('deferred', { reason: 'retry' })],
    ['it is queued', () => delivery('queued')],
    ['it is being sent', () => delivery('sending')],
    ['a receipt may still come', () => delivery('sent', { dueAt: at(1) })],
    ['nobody knows, and it has not expired', () => delivery('unknown', { expiresAt: at(1) })],
  ])('%s', (_, one) => {
    expect(outcome([delivery('delivered'), one()])).toBe('open');
  });
});

describe('steps', () => {
  it('are skipped once an earlier one surely reached the person, and that is the outcome', () => {
    const [first, second, third] = [delivery('delivered'), waiting(1), waiting(2)];
    const verdict = judge(sampleNotification(), [first, second, third], NOON);
    expect(verdict).toEqual({ kind: 'final', status: 'reached', reason: null, skip: [second._id, third._id] });
  });

  it('are skipped when the person read the notice', () => {
    const second = waiting(1);
    const verdict = judge(sampleNotification({ readAt: NOON }), [settled(), second], NOON);
    expect(verdict).toMatchObject({ kind: 'final', status: 'reached', skip: [second._id] });
  });

  it('wait their time out while it is only believed that the step before arrived', () => {
    expect(judge(sampleNotification(), [settled(), waiting(1)], NOON)).toEqual({ kind: 'open', skip: [], hasten: [] });
  });

  it('are taken at once, one step only, when all before them failed', () => {
    const [second, alsoSecond, third] = [waiting(1), waiting(1), waiting(2)];
    const failed = [delivery('failed'), delivery('bounced')];
    expect(judge(sampleNotification(), [...failed, second, alsoSecond, third], NOON)).toEqual({
      ...{ kind: 'open', skip: [], hasten: [second._id, alsoSecond._id] },
    });
  });

  it('are not taken early while one before them is still open', () => {
    const verdict = judge(sampleNotification(), [delivery('failed'), delivery('sending'), waiting(1)], NOON);
    expect(verdict).toEqual({ kind: 'open', skip: [], hasten: [] });
  });
});

it('comes to the same outcome in whatever order the deliveries are read', () => {
  const statuses = fc.constantFrom<DeliveryStatus>('delivered', 'sent', 'failed', 'bounced', 'skipped', 'cancelled');
  fc.assert(
    fc.property(fc.array(statuses, { minLength: 1, maxLength: 5 }), (all) => {
      const deliveries = all.map((status) => delivery(status, { reason: 'provider_refused' }));
      expect(outcome(deliveries.toReversed())).toEqual(outcome(deliveries));
    }),
  );
});

it('tells a line for each channel, tried or not', () => {
  const skip: Decision = {
    ...{ channel: 'push', step: 0, decision: 'skip', reason: 'no_contact', contactId: null, dueAt: null },
  };
  const send: Decision = { ...skip, channel: 'sms', decision: 'send', reason: null, contactId: 'c_1' };
  const tried = [delivery('bounced', { reason: 'unreachable_phone' })];
  expect(channelLines(sampleNotification({ decisions: [skip, send] }), tried)).toEqual([
    { channel: 'sms', status: 'bounced', reason: 'unreachable_phone' },
    { channel: 'push', status: 'skipped', reason: 'no_contact' },
  ]);
});
