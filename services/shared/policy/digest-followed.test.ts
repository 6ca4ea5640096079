import { describe, expect, it } from '@jest/globals';
import { at, sampleDelivery } from '../ledger/samples.ts';
import type { Delivery } from '../ledger/types.ts';
import { followed, isCarried } from './digest.ts';

const now = at(600);
const lookAgainMs = 300_000;

/** Due after quiet hours. */
const waiting = (id: string, more: Partial<Delivery> = {}) =>
  sampleDelivery({ _id: id, status: 'deferred', reason: 'quiet_hours', ...more });

describe('a carried delivery', () => {
  const member = waiting('d_m', {
    ...{ reason: 'in_digest', carriedBy: { deliveryId: 'd_c', notificationId: 'n_c' } },
    ...{ expiresAt: at(3_600), updatedAt: at(10) },
  });
  const carrier = (more: Partial<Delivery>) => sampleDelivery({ _id: 'd_c', carries: ['d_m'], ...more });
  const follow = (more: Partial<Delivery>, one: Delivery = member) =>
    followed(one, carrier(more), { now, lookAgainMs });

  it('is known by its reason, while it waits', () => {
    expect(isCarried(member)).toBe(true);
    expect(isCarried(waiting('d'))).toBe(false);
    expect(isCarried({ ...member, status: 'sent' })).toBe(false);
  });

  it.each(['queued', 'sending', 'deferred'] as const)(
    'waits while its carrier is %s, and is looked at again',
    (status) => {
      expect(follow({ status })).toEqual({
        ...{ status: 'deferred', reason: 'in_digest', dueAt: at(900), updatedAt: at(10) },
      });
    },
  );

  it('goes out with its carrier, and has its provider, its language and its time', () => {
    const sent = { provider: 'sns', language: 'ar', sentAt: at(590), settledAt: null } as const;
    expect(follow({ status: 'sent', dueAt: at(5_000), ...sent })).toEqual({
      ...{ status: 'sent', reason: 'in_digest', dueAt: at(5_000), updatedAt: now, ...sent },
    });
  });

  it.each<[string, Partial<Delivery>, object]>([
    ['is looked at at once when nobody waits for its receipt', { status: 'sent', dueAt: null }, { dueAt: now }],
    ['has arrived when its carrier has', { status: 'delivered' }, { reason: 'in_digest', dueAt: now }],
    [
      'bounces for the reason of its carrier',
      { status: 'bounced', reason: 'mailbox_full' },
      { reason: 'mailbox_full' },
    ],
    [
      'fails for the reason of its carrier',
      { status: 'failed', reason: 'invalid_number' },
      { reason: 'invalid_number' },
    ],
  ])('%s', (_what, more, change) => {
    expect(follow(more)).toMatchObject({ status: more.status, ...change });
  });

  it.each<[string, Partial<Delivery>]>([
    ['expired', { status: 'expired', reason: 'expired' }],
    ['was skipped', { status: 'skipped', reason: 'opted_out' }],
    ['was cancelled', { status: 'cancelled', reason: 'cancelled' }],
    ['was superseded', { status: 'superseded', reason: 'superseded' }],
    ['made no message of its own content', { status: 'failed', reason: 'template_error' }],
    ['carries it no more', { status: 'sent', carries: [] }],
    ['carries nobody', { status: 'queued', carries: undefined as never }],
  ])('goes its own way when its carrier %s', (_what, more) => {
    const own = { status: 'deferred', reason: 'quiet_hours', dueAt: now, updatedAt: now, carriedBy: null };
    expect(follow(more)).toEqual(own);
    expect(followed(member, null, { now, lookAgainMs })).toEqual(own);
  });

  it.each<[string, Partial<Delivery>]>([
    ['expired', { status: 'expired', unknowns: 2 }],
    ['was cancelled', { status: 'cancelled', unknowns: 2 }],
    ['is unknown for good', { status: 'unknown', unknowns: 2, expiresAt: now }],
  ])('is unknown when its carrier %s after a message that may have gone', (_what, more) => {
    expect(follow(more)).toEqual({
      ...{ status: 'unknown', reason: 'unknown_outcome', dueAt: now, updatedAt: now, unknowns: 2 },
    });
  });

  it('waits while its carrier is unknown and may still be sent once more', () => {
    expect(follow({ status: 'unknown', unknowns: 1, expiresAt: at(601) })).toMatchObject({ reason: 'in_digest' });
  });

  describe('whose own time is over', () => {
    const over = { ...member, expiresAt: now };
    it('is not given up while the message is just being sent', () => {
      expect(follow({ status: 'sending' }, over)).toMatchObject({ reason: 'in_digest' });
    });
    it('expires while the carrier waits', () => {
      expect(follow({ status: 'deferred' }, over)).toEqual({
        ...{ status: 'expired', reason: 'expired', dueAt: now, updatedAt: now, carriedBy: null },
      });
    });
    it('is unknown when a message may have told of it', () => {
      expect(follow({ status: 'deferred', unknowns: 1 }, over)).toMatchObject({ status: 'unknown', unknowns: 1 });
    });
  });
});

describe('a delivery that went out in a digest', () => {
  const told = sampleDelivery({
    ...{ _id: 'd_m', status: 'sent', reason: 'in_digest' },
    carriedBy: { deliveryId: 'd_c', notificationId: 'n_c' },
  });
  const follow = (more: Partial<Delivery>, one: Partial<Delivery> = {}) =>
    followed({ ...told, ...one }, sampleDelivery({ _id: 'd_c', carries: ['d_m'], ...more }), { now, lookAgainMs });

  it('follows what becomes known later', () => {
    expect(follow({ status: 'delivered' })).toMatchObject({ status: 'delivered', reason: 'in_digest' });
    expect(follow({ status: 'delivered' }, { status: 'unknown' })).toMatchObject({ status: 'delivered' });
    expect(follow({ status: 'bounced', reason: 'mailbox_full' }, { status: 'delivered' })).toMatchObject({
      ...{ status: 'bounced', reason: 'mailbox_full' },
    });
  });

  it('changes nothing when there is nothing new', () => {
    expect(follow({ status: 'sent' })).toBeNull();
    expect(follow({ status: 'bounced', reason: 'retry' }, { status: 'bounced', reason: 'retry' })).toBeNull();
    expect(
      follow({ status: 'bounced', reason: 'retry' }, { status: 'bounced', reason: 'mailbox_full' }),
    ).not.toBeNull();
  });

  it.each<[string, Partial<Delivery>]>([
    ['is sent once more', { status: 'queued' }],
    ['ended without a message', { status: 'expired' }],
    ['ended and nobody knows', { status: 'expired', unknowns: 1 }],
    ['carries it no more', { status: 'delivered', carries: [] }],
  ])('stays as it is when its carrier %s', (_what, more) => {
    expect(follow(more)).toBeNull();
  });

  it('follows no more once it has a life of its own', () => {
    const attempt = { no: 1 } as Delivery['attempts'][number];
    expect(follow({ status: 'delivered' }, { attempts: [attempt] })).toBeNull();
    expect(follow({ status: 'delivered' }, { replays: 1 })).toBeNull();
    expect(follow({ status: 'delivered' }, { status: 'cancelled' })).toBeNull();
  });
});
