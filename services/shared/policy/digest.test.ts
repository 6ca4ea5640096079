import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, sampleDelivery } from '../ledger/samples.ts';
import type { Delivery } from '../ledger/types.ts';
import { formDigests, mayJoin, splitDigest } from './digest.ts';

/** Due after quiet hours. */
const waiting = (id: string, more: Partial<Delivery> = {}) =>
  sampleDelivery({ _id: id, status: 'deferred', reason: 'quiet_hours', ...more });
const many = (count: number, more: Partial<Delivery> = {}) =>
  Array.from({ length: count }, (_, n) => waiting(`d_${String(n).padStart(3, '0')}`, more));
const form = (due: Delivery[], from = 3) =>
  formDigests(due, { from, categoryOf: (type) => type.split('.')[0]! }).map(({ carrier, members }) => [
    carrier._id,
    ...members.map(({ _id }) => _id),
  ]);

describe('what may join a digest', () => {
  it('is what waited for the end of quiet hours alone', () => {
    expect(mayJoin(waiting('d'))).toBe(true);
  });

  it.each<[string, Partial<Delivery>]>([
    ['waited for something else', { reason: 'retry' }],
    ['is not waiting any more', { status: 'queued' }],
    ['is of a test key', { test: true }],
    ['goes to a delegate', { mandateId: 'm_1' }],
    ['is carried already', { carriedBy: { deliveryId: 'd_1', notificationId: 'n_1' } }],
    ['carries others', { carries: ['d_1'] }],
  ])('is nothing that %s', (_what, more) => {
    expect(mayJoin(waiting('d', more))).toBe(false);
    expect(form([waiting('d_1'), waiting('d_2'), waiting('d_3', more)])).toEqual([]);
  });

  it('is what carried others before, and carries none now', () => {
    expect(mayJoin(waiting('d', { carries: [] }))).toBe(true);
  });
});

describe('forming digests', () => {
  it('begins at the number that the settings name', () => {
    expect(form(many(2))).toEqual([]);
    expect(form(many(3))).toEqual([['d_000', 'd_001', 'd_002']]);
    expect(form(many(2), 2)).toEqual([['d_000', 'd_001']]);
  });

  it.each([0, 1])('is off when the settings say %i', (from) => {
    expect(form(many(5), from)).toEqual([]);
  });

  it.each<[string, Partial<Delivery>]>([
    ['person', { subscriberId: 's_2' }],
    ['contact', { contactId: 'c_2' }],
    ['channel', { channel: 'push' }],
    ['entity', { entity: 'health' }],
    ['way of unknown outcomes', { onUnknown: 'resend' }],
  ])('never mixes two of a %s', (_what, more) => {
    expect(form([...many(2), waiting('d_other', more)])).toEqual([]);
  });

  it('mixes categories, but not in a mail, whose link stops one category', () => {
    const two = (channel: Delivery['channel']) => [
      ...many(2, { channel, type: 'licences.renewed' }),
      waiting('d_other', { channel, type: 'visits.due' }),
    ];
    expect(form(two('sms'))).toHaveLength(1);
    expect(form(two('email'))).toEqual([]);
  });

  it('lets the one carry whose life is longest, of the faster lane, so that its retries do not end first', () => {
    const short = waiting('d_a', { expiresAt: at(700) });
    const long = waiting('d_b', { expiresAt: at(9_000) });
    const bulk = waiting('d_c', { expiresAt: at(99_000), lane: 'bulk' });
    expect(form([bulk, short, long])).toEqual([['d_b', 'd_a', 'd_c']]);
  });

  it('tells of a hundred at most in one message, and leaves alone what is too few for another', () => {
    expect(form(many(205)).map(({ length }) => length)).toEqual([100, 100, 5]);
    expect(form(many(202)).map(({ length }) => length)).toEqual([100, 100]);
  });

  it('does not depend on the order of what is due', () => {
    const due = [...many(4), ...many(3, { entity: 'health' }), waiting('d_long', { expiresAt: at(9_000) })];
    fc.assert(
      fc.property(fc.shuffledSubarray(due, { minLength: due.length }), (shuffled) => {
        expect(form(shuffled).toSorted()).toEqual(form(due).toSorted());
      }),
    );
  });
});

describe('at the moment of sending', () => {
  type Kind = 'send' | 'end' | 'defer';
  const split = (carrier: Kind, members: Kind[], more: Partial<Delivery> = {}) => {
    const judged = members.map((kind, n) => ({ delivery: waiting(`d_${n}`), checked: { kind } }));
    const whole = { delivery: waiting('carrier', more), checked: { kind: carrier } };
    const { together, ended, released } = splitDigest(whole, judged, 3);
    const ids = (some: Delivery[]) => some.map(({ _id }) => _id);
    return {
      together: ids(together),
      ended: ids(ended.map(({ delivery }) => delivery)),
      released: ids(released),
    };
  };

  it('those that may still go are told together, those that ended end by themselves', () => {
    expect(split('send', ['send', 'end', 'defer'])).toEqual({
      ...{ together: ['d_0', 'd_2'], ended: ['d_1'], released: [] },
    });
  });

  it('too few are no digest: each goes its own way', () => {
    expect(split('send', ['send', 'end'])).toEqual({ together: [], ended: ['d_1'], released: ['d_0'] });
    expect(split('send', ['send', 'send'])).toMatchObject({ together: ['d_0', 'd_1'], released: [] });
  });

  it('two are enough when the message may have told of them before', () => {
    expect(split('send', ['send', 'end'], { unknowns: 1 })).toMatchObject({ together: ['d_0'], released: [] });
    expect(split('send', ['end', 'end'], { unknowns: 1 })).toMatchObject({ together: [], released: [] });
  });

  it('all wait on while the carrier waits, however few they are', () => {
    expect(split('defer', ['send', 'end'])).toEqual({ together: ['d_0'], ended: ['d_1'], released: [] });
  });

  it('they go their own way when the carrier ends, unless its message may have told of them', () => {
    expect(split('end', ['send', 'send', 'send'])).toMatchObject({ together: [], released: ['d_0', 'd_1', 'd_2'] });
    expect(split('end', ['send', 'send'], { unknowns: 1 })).toMatchObject({ together: ['d_0', 'd_1'], released: [] });
  });
});
