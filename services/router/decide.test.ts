import { describe, expect, it } from '@jest/globals';
import type { Channel } from '../../contracts/status.ts';
import { at, idOf, NOON, sampleContact, sampleSubscriber } from '../shared/ledger/samples.ts';
import type { Subscriber } from '../shared/ledger/types.ts';
import { decide, type Notice } from './decide.ts';

const rules = { now: NOON, staleAfterMs: 548 * 86_400_000 };
const step = (channels: Channel[], waitSeconds = 0) => ({ channels, waitSeconds });
const notice = (more: Partial<Notice> = {}): Notice => ({
  entity: 'sijilat',
  category: 'licences',
  mandatory: false,
  urgent: false,
  plan: [step(['sms'])],
  notBefore: null,
  expiresAt: at(86_400),
  cancelled: false,
  onlyContactId: null,
  ...more,
});
const outOfAll = { entity: '*', category: '*', channel: '*' as const, allow: false, at: NOON };
const NIGHT = { from: '21:00', to: '07:00' };

/** Decisions in short: channel, decision, reason, and the wait in seconds. */
const inShort = (more: Partial<Notice>, person: Subscriber | null = sampleSubscriber(), now = NOON) =>
  decide(notice({ expiresAt: new Date(now.getTime() + 86_400_000), ...more }), person, { ...rules, now }).decisions.map(
    ({ channel, decision, reason, dueAt }) => [
      channel,
      decision,
      reason,
      dueAt && (dueAt.getTime() - now.getTime()) / 1000,
    ],
  );
const endOf = (more: Partial<Notice>, person: Subscriber | null = sampleSubscriber()) => {
  const verdict = decide(notice(more), person, rules);
  return verdict.kind === 'end' ? [verdict.status, verdict.reason] : verdict.kind;
};

describe('a notice that ends at once', () => {
  it('was cancelled, has expired, or is for nobody we know', () => {
    expect(endOf({ cancelled: true, expiresAt: NOON }, null)).toEqual(['cancelled', 'cancelled']);
    expect(endOf({ expiresAt: NOON }, null)).toEqual(['not_reached', 'expired']);
    expect(endOf({}, null)).toEqual(['not_reached', 'no_subscriber']);
  });

  it('tells the reason that the person could mend before the one that is simply so', () => {
    const person = sampleSubscriber({ contacts: [sampleContact({ state: 'suspect' })] });
    expect(endOf({ plan: [step(['email', 'sms'])] }, person)).toEqual(['not_reached', 'suspect_contact']);
    expect(endOf({ plan: [step(['email'])] }, person)).toEqual(['not_reached', 'no_contact']);
  });
});

describe('C25 mandatory and optional', () => {
  const person = sampleSubscriber({ preferences: [outOfAll] });
  it('a mandatory notice goes to a person who opted out of everything', () => {
    expect(inShort({ mandatory: true }, person)).toEqual([['sms', 'send', null, null]]);
  });
  it('an optional one does not', () => {
    expect(endOf({ plan: [step(['sms', 'email'])] }, person)).toEqual(['not_reached', 'opted_out']);
    expect(inShort({}, person)).toEqual([['sms', 'skip', 'opted_out', null]]);
  });
});

describe('C26 quiet hours', () => {
  const person = sampleSubscriber({ quietHours: NIGHT });
  const waits = (time: string, more: Partial<Notice> = {}) => inShort(more, person, new Date(time))[0]?.slice(1);
  it.each([
    ['17:59', ['send', null, null]],
    ['18:00', ['defer', 'quiet_hours', 10 * 3600]],
    ['21:30', ['defer', 'quiet_hours', 6.5 * 3600]],
    ['03:59', ['defer', 'quiet_hours', 60]],
    ['04:00', ['send', null, null]],
  ])('an optional notice at %sZ: %j', (time, expected) => {
    expect(waits(`2026-11-24T${time}:00Z`)).toEqual(expected);
  });

  it('do not hold mandatory notices or codes', () => {
    expect(waits('2026-11-24T21:30:00Z', { mandatory: true })).toEqual(['send', null, null]);
    expect(waits('2026-11-24T21:30:00Z', { urgent: true })).toEqual(['send', null, null]);
  });

  it('that outlast the notice end it', () => {
    const now = new Date('2026-11-24T21:30:00Z');
    const verdict = decide(notice({ expiresAt: new Date('2026-11-25T04:00:00Z') }), person, { ...rules, now });
    expect(verdict).toMatchObject({ kind: 'end', status: 'not_reached', reason: 'expired' });
  });

  it('hold the second step as long after the first as the plan says', () => {
    const plan = [step(['push']), step(['sms'], 3600)];
    const now = new Date('2026-11-24T21:30:00Z');
    expect(inShort({ plan }, person, now)).toEqual([
      ['push', 'defer', 'quiet_hours', 6.5 * 3600],
      ['sms', 'defer', 'waiting_step', 7.5 * 3600],
    ]);
  });
});

describe('plans', () => {
  it('send the channels of one step together', () => {
    expect(inShort({ plan: [step(['sms', 'email'])] })).toEqual([
      ['sms', 'send', null, null],
      ['email', 'send', null, null],
    ]);
  });

  it('let each further step wait for the one before', () => {
    expect(inShort({ plan: [step(['push']), step(['sms'], 600), step(['email'], 60)] })).toEqual([
      ['push', 'send', null, null],
      ['sms', 'defer', 'waiting_step', 600],
      ['email', 'defer', 'waiting_step', 660],
    ]);
  });

  it('start with the first step that can be taken, without a wait', () => {
    const person = sampleSubscriber({ contacts: [sampleContact()] });
    expect(inShort({ plan: [step(['push']), step(['sms'], 600)] }, person)).toEqual([
      ['push', 'skip', 'no_contact', null],
      ['sms', 'send', null, null],
    ]);
  });

  it('begin at the scheduled time', () => {
    expect(inShort({ notBefore: at(100), plan: [step(['push']), step(['sms'], 50)] })).toEqual([
      ['push', 'defer', 'scheduled', 100],
      ['sms', 'defer', 'waiting_step', 150],
    ]);
    expect(inShort({ notBefore: at(-100) })).toEqual([['sms', 'send', null, null]]);
  });

  it('go to every device of a person', () => {
    const devices = ['4', '5'].map((digit) => sampleContact({ id: idOf('c', digit), channel: 'push', kind: 'fcm' }));
    const verdict = decide(notice({ plan: [step(['push'])] }), sampleSubscriber({ contacts: devices }), rules);
    expect(verdict.decisions.map(({ contactId }) => contactId)).toEqual([idOf('c', '4'), idOf('c', '5')]);
  });
});

describe('a code for one named contact', () => {
  const unverified = sampleContact({ id: idOf('c', '9'), state: 'unverified', main: false });
  const person = sampleSubscriber({ contacts: [sampleContact(), unverified] });
  it('goes to that contact alone, verified or not', () => {
    const verdict = decide(notice({ mandatory: true, onlyContactId: unverified.id }), person, rules);
    expect(verdict.decisions).toMatchObject([{ decision: 'send', contactId: unverified.id }]);
  });
  it('goes nowhere when the contact is gone', () => {
    expect(endOf({ mandatory: true, onlyContactId: idOf('c', '8') }, person)).toEqual(['not_reached', 'no_contact']);
  });
});

it('decides the same for the same', () => {
  const twice = [1, 2].map(() => decide(notice({ plan: [step(['sms', 'push'])] }), sampleSubscriber(), rules));
  expect(twice[0]).toEqual(twice[1]);
});
