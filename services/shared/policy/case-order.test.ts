import { describe, expect, it } from '@jest/globals';
import { at, sampleNotification } from '../ledger/samples.ts';
import type { Notification } from '../ledger/types.ts';
import { caseOf, createGone, isNewer } from './case-order.ts';

const notice = (more: Partial<Notification> = {}) => sampleNotification({ correlationId: 'case-1', ...more });

describe('the order of a case', () => {
  it.each<[string, Partial<Notification>, Partial<Notification>]>([
    ['the sequence, whatever the clocks say', { sequence: 2, eventTime: at(-9) }, { sequence: 1, eventTime: at(9) }],
    ['the time of the event when one has no sequence', { eventTime: at(2) }, { sequence: 7, eventTime: at(1) }],
    [
      'the time of the event, also when it was accepted earlier',
      { eventTime: at(2), acceptedAt: at(0) },
      { eventTime: at(1), acceptedAt: at(9) },
    ],
    [
      'acceptance when one names no time',
      { eventTime: null, acceptedAt: at(2) },
      { eventTime: at(9), acceptedAt: at(1) },
    ],
  ])('goes by %s', (_, newer, older) => {
    expect(isNewer(notice(newer), notice(older))).toBe(true);
    expect(isNewer(notice(older), notice(newer))).toBe(false);
  });

  it.each<[string, Partial<Notification>]>([
    ['sequence', { sequence: 3, eventTime: at(1) }],
    ['time', { eventTime: at(1), acceptedAt: at(1) }],
  ])('says neither of two with the same %s is newer', (_, more) => {
    expect(isNewer(notice(more), notice({ ...more, acceptedAt: at(5) }))).toBe(false);
  });

  it('is kept for one recipient, one entity and one case, and apart for test keys', () => {
    const others = [{ entity: 'health' }, { subscriberId: 's_2' }, { correlationId: 'case-2' }, { test: true }];
    const gone = createGone(others.map((more) => notice({ sequence: 9, ...more })));
    expect(gone.supersedes(notice({ sequence: 1 }))).toBe(false);
    gone.add(notice({ sequence: 9 }));
    expect(gone.supersedes(notice({ sequence: 1 }))).toBe(true);
  });

  it('is nobody’s business without a case', () => {
    const alone = { correlationId: null };
    expect(caseOf(notice(alone))).toBeNull();
    expect(createGone([notice({ ...alone, sequence: 9 })]).supersedes(notice({ ...alone, sequence: 1 }))).toBe(false);
  });
});
