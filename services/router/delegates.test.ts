import { describe, expect, it } from '@jest/globals';
import { at, idOf, NOON, sampleContact, sampleSubscriber } from '../shared/ledger/samples.ts';
import type { Subscriber } from '../shared/ledger/types.ts';
import type { Mandate } from '../shared/mandates.ts';
import { decide, type Notice } from './decide.ts';
import { withDelegates } from './delegates.ts';

const rules = { now: NOON, staleAfterMs: 548 * 86_400_000 };
const notice = (more: Partial<Notice> = {}): Notice => ({
  ...{ entity: 'sijilat', category: 'licences', mandatory: false, urgent: false, notBefore: null },
  ...{ expiresAt: at(86_400), cancelled: false, onlyContactId: null, forDelegates: true },
  plan: [
    { channels: ['push'], waitSeconds: 0 },
    { channels: ['sms', 'email'], waitSeconds: 600 },
  ],
  ...more,
});
const mandate = (digit: string): Mandate => ({
  ...{ _id: `m_${digit.repeat(32)}`, kind: 'helper', scope: ['receive'], principalId: idOf('s', '1') },
  ...{ delegateId: idOf('s', digit), principal: '', delegate: '', invitedBy: 'principal', state: 'active' },
  ...{ codeEndsAt: at(0), validUntil: at(86_400), createdAt: NOON, acceptedAt: NOON, endedAt: null, endedBy: null },
});
const phone = (digit: string) => sampleContact({ id: idOf('c', digit) });
const helper = (digit: string, more: Partial<Subscriber> = {}): Subscriber =>
  sampleSubscriber({ _id: idOf('s', digit), contacts: [phone(digit)], ...more });
const received = (wanted: Notice, person: Subscriber | null, ...others: (Subscriber | null)[]) => {
  const receivers = others.map((subscriber, n) => ({ mandate: mandate(String(n + 5)), subscriber }));
  const verdict = withDelegates(decide(wanted, person, rules), wanted, person, receivers, rules);
  const theirs = verdict.decisions.filter(({ mandateId }) => mandateId);
  return { verdict, theirs: theirs.map((one) => [one.channel, one.decision, one.reason, one.contactId, one.step]) };
};
const out = (channel: '*' | 'sms') => ({ entity: '*', category: '*', channel, allow: false, at: NOON });

describe('a delegate who also receives', () => {
  it('gets it once, at the start, by the first step that their own contacts can take', () => {
    const { verdict, theirs } = received(notice(), sampleSubscriber(), helper('5'), helper('6', { contacts: [] }));
    expect(verdict.kind).toBe('route');
    expect(theirs).toEqual([
      ['sms', 'send', null, idOf('c', '5'), 0],
      ['push', 'skip', 'no_contact', null, 0],
    ]);
    expect(verdict.decisions.filter(({ mandateId }) => !mandateId)).toEqual(
      decide(notice(), sampleSubscriber(), rules).decisions,
    );
  });

  it('receives in the place of a person who has no contact, or is not registered at all', () => {
    for (const person of [sampleSubscriber({ contacts: [] }), null]) {
      const { verdict, theirs } = received(notice(), person, helper('5'));
      expect([verdict.kind, theirs]).toEqual(['route', [['sms', 'send', null, idOf('c', '5'), 0]]]);
    }
    expect(received(notice(), null, null).verdict).toMatchObject({ kind: 'end', reason: 'no_subscriber' });
  });

  it('keeps their own quiet hours and choices, but for what is mandatory', () => {
    const quiet = { quietHours: { from: '11:00', to: '14:00' } };
    expect(received(notice(), null, helper('5', quiet)).verdict.decisions).toMatchObject([
      { decision: 'defer', reason: 'quiet_hours', dueAt: at(2 * 3_600) },
    ]);
    expect(received(notice({ mandatory: true }), null, helper('5', quiet)).theirs[0]?.[1]).toBe('send');
    const choosy = helper('5', { preferences: [out('sms')] });
    expect(received(notice(), null, choosy).theirs).toMatchObject([['sms', 'skip', 'opted_out', null, 0]]);
    expect(received(notice({ mandatory: true }), null, choosy).theirs[0]?.[1]).toBe('send');
  });

  it.each([
    ['what the person switched off altogether', {}, { preferences: [out('*')] }],
    ['a one-time code or a campaign', { forDelegates: false }, {}],
    ['what was cancelled', { cancelled: true }, {}],
    ['what has expired', { expiresAt: NOON }, {}],
  ])('gets nothing of %s', (_, more, person) => {
    expect(received(notice(more), sampleSubscriber(person), helper('5')).theirs).toEqual([]);
  });

  it('still gets what the person switched off on one channel only', () => {
    const person = sampleSubscriber({ preferences: [out('sms')] });
    expect(received(notice(), person, helper('5')).theirs).toHaveLength(1);
  });
});
