import { describe, expect, it } from '@jest/globals';
import { at, NOON, sampleContact, sampleDelivery, sampleNotification, sampleSubscriber } from '../ledger/samples.ts';
import type { Suppression } from '../ledger/types.ts';
import type { Mandate } from '../mandates.ts';
import { type CheckInput, checkBeforeSending } from './check.ts';

const rules = { now: NOON, staleAfterMs: 548 * 86_400_000 };
const outOfAll = { entity: '*', category: '*', channel: '*' as const, allow: false, at: NOON };
const quiet = { from: '11:00', to: '14:00' }; // these tests happen at 12:00 in Bahrain

const check = (more: Partial<CheckInput> = {}) =>
  checkBeforeSending(
    {
      delivery: sampleDelivery({ expiresAt: at(86_400) }),
      notification: sampleNotification(),
      subscriber: sampleSubscriber(),
      superseded: false,
      directToContact: false,
      ...more,
    },
    rules,
  );
const ended = (status: string, reason = status) => ({ kind: 'end', status, reason });

describe('at the moment of sending', () => {
  it('goes to the contact in the person’s language, or in that of the channel', () => {
    expect(check()).toMatchObject({ kind: 'send', language: 'en', contact: { channel: 'sms' } });
    const subscriber = sampleSubscriber({ languageByChannel: { sms: 'ar' } });
    expect(check({ subscriber })).toMatchObject({ kind: 'send', language: 'ar' });
  });

  it('C23 not after the expiry, not a moment of it', () => {
    expect(check({ delivery: sampleDelivery({ expiresAt: NOON }) })).toEqual(ended('expired'));
    expect(check({ delivery: sampleDelivery({ expiresAt: at(0.001) }) })).toMatchObject({ kind: 'send' });
  });

  it('C23 not to a person who opted out meanwhile', () => {
    const subscriber = sampleSubscriber({ preferences: [outOfAll] });
    expect(check({ subscriber })).toEqual(ended('skipped', 'opted_out'));
  });

  it('C25 mandatory notices ask for no consent', () => {
    const subscriber = sampleSubscriber({ preferences: [outOfAll] });
    expect(check({ subscriber, notification: sampleNotification({ mandatory: true }) })).toMatchObject({
      kind: 'send',
    });
  });

  it('not when it was cancelled, or a newer notice of the case has gone out', () => {
    expect(check({ notification: sampleNotification({ cancelledAt: NOON }) })).toEqual(ended('cancelled'));
    expect(check({ notification: null })).toEqual(ended('cancelled'));
    expect(check({ superseded: true })).toEqual(ended('superseded'));
  });

  it('not while a newer notice of the case may have gone out, and not for longer than it lives', () => {
    const unclearUntil = at(5);
    expect(check({ unclearUntil })).toEqual({ kind: 'defer', reason: 'waiting_newer', dueAt: at(5) });
    const delivery = sampleDelivery({ expiresAt: at(3) });
    expect(check({ unclearUntil, delivery })).toEqual({ kind: 'defer', reason: 'waiting_newer', dueAt: at(3) });
    expect(check({ unclearUntil, superseded: true })).toEqual(ended('superseded'));
  });

  it('not by a further step when the person has read it; the first step is on its way anyhow', () => {
    const notification = sampleNotification({ readAt: NOON });
    expect(check({ notification, delivery: sampleDelivery({ step: 1 }) })).toEqual(ended('skipped', 'reached_earlier'));
    expect(check({ notification })).toMatchObject({ kind: 'send' });
  });

  it('not to a contact that is gone, or has changed for the worse', () => {
    const to = (...contacts: ReturnType<typeof sampleContact>[]) =>
      check({ subscriber: sampleSubscriber({ contacts }) });
    expect(to()).toEqual(ended('skipped', 'no_contact'));
    expect(check({ subscriber: null })).toEqual(ended('skipped', 'no_contact'));
    expect(to(sampleContact({ state: 'opted_out' }))).toEqual(ended('skipped', 'opted_out'));
    expect(to(sampleContact({ state: 'taken_over' }))).toEqual(ended('skipped', 'unverified_contact'));
  });

  it('C19 neither optional nor mandatory to an address that does not exist', () => {
    const subscriber = sampleSubscriber({ contacts: [sampleContact({ state: 'suspect', reason: 'invalid_address' })] });
    for (const mandatory of [false, true])
      expect(check({ subscriber, notification: sampleNotification({ mandatory }) })).toEqual(
        ended('skipped', 'suspect_contact'),
      );
  });

  it('a code goes to the contact it names, verified or not, but not after its expiry', () => {
    const subscriber = sampleSubscriber({ contacts: [sampleContact({ state: 'unverified' })] });
    expect(check({ subscriber, directToContact: true })).toMatchObject({ kind: 'send' });
    const late = sampleDelivery({ expiresAt: NOON });
    expect(check({ subscriber, directToContact: true, delivery: late })).toEqual(ended('expired'));
  });
});

describe('C26 quiet hours at the moment of sending', () => {
  const subscriber = sampleSubscriber({ quietHours: quiet });
  it('hold an optional notice until they end, on the person’s clock', () => {
    expect(check({ subscriber })).toEqual({ kind: 'defer', reason: 'quiet_hours', dueAt: at(7_200) });
    expect(check({ subscriber: { ...subscriber, timeZone: 'UTC' } })).toMatchObject({ kind: 'send' });
  });

  it('that outlast the notice end it', () => {
    const delivery = sampleDelivery({ expiresAt: at(7_200) });
    expect(check({ subscriber, delivery })).toEqual(ended('expired'));
  });

  it('do not hold mandatory notices or codes', () => {
    for (const more of [{ mandatory: true }, { lane: 'urgent' as const }])
      expect(check({ subscriber, notification: sampleNotification(more) })).toMatchObject({ kind: 'send' });
  });
});

describe('the simulator', () => {
  it('ends a test notice as it asks before anything else is looked at', () => {
    const simulated = (simulate: string) => check({ notification: sampleNotification({ test: true, simulate }) });
    expect(simulated('expired')).toEqual(ended('expired'));
    expect(simulated('complaint')).toEqual(ended('failed', 'complaint'));
    expect(simulated('delivered')).toMatchObject({ kind: 'send' });
  });
});

describe('to a delegate', () => {
  const mandate = { state: 'active', validUntil: at(3_600), scope: ['receive'] } as unknown as Mandate;
  const delegate = sampleSubscriber({ language: 'ar' });
  const under = { mandate, delegate };
  const outOf = (entity: string) => sampleSubscriber({ preferences: [{ ...outOfAll, entity }] });

  it('goes in the delegate’s language, by the delegate’s contact', () => {
    const none = sampleSubscriber({ contacts: [] });
    expect(check({ under, subscriber: none })).toMatchObject({ kind: 'send', language: 'ar' });
    expect(check({ under: { mandate, delegate: null } })).toEqual(ended('skipped', 'no_contact'));
  });

  it.each([
    ['none is left', null],
    ['it was revoked', { ...mandate, state: 'revoked' as const }],
    ['it is over, to the moment', { ...mandate, validUntil: NOON }],
    ['it is for reading alone', { ...mandate, scope: ['notices' as const] }],
  ])('goes nothing under a mandate when %s', (_, left) => {
    expect(check({ under: { mandate: left as Mandate | null, delegate } })).toEqual(ended('skipped', 'mandate_ended'));
  });

  it('goes nothing optional that the person switched off altogether', () => {
    const { entity } = sampleNotification();
    expect(check({ under, subscriber: outOf('*') })).toEqual(ended('skipped', 'opted_out'));
    expect(check({ under, subscriber: outOf(entity) })).toEqual(ended('skipped', 'opted_out'));
    expect(check({ under, subscriber: outOf('another') })).toMatchObject({ kind: 'send' });
    expect(check({ under, subscriber: null })).toMatchObject({ kind: 'send' });
    const mandatory = sampleNotification({ mandatory: true });
    expect(check({ under, subscriber: outOf('*'), notification: mandatory })).toMatchObject({ kind: 'send' });
  });
});

describe('an address on the suppression list', () => {
  const listed = { source: 'hard_bounce', until: null } as Suppression;
  it('gets nothing, not even a code', () => {
    expect(check({ listed })).toEqual(ended('skipped', 'suppressed'));
    expect(check({ listed, directToContact: true })).toEqual(ended('skipped', 'suppressed'));
    expect(check({ listed, notification: sampleNotification({ mandatory: true }) })).toEqual(
      ended('skipped', 'suppressed'),
    );
  });

  it('for a complaint still gets what is mandatory, and everything once the time is over', () => {
    const complained = { ...listed, source: 'complaint' as const };
    expect(check({ listed: complained })).toEqual(ended('skipped', 'suppressed'));
    expect(check({ listed: complained, notification: sampleNotification({ mandatory: true }) })).toMatchObject({
      kind: 'send',
    });
    expect(check({ listed: { ...listed, until: at(1) } })).toEqual(ended('skipped', 'suppressed'));
    expect(check({ listed: { ...listed, until: NOON } })).toMatchObject({ kind: 'send' });
  });
});

describe('of several contacts and wishes', () => {
  it('the one that the delivery names is asked, by its own channel and topic', () => {
    const other = sampleContact({ id: 'c_other', state: 'opted_out' });
    const contacts = [other, sampleContact()];
    expect(check({ subscriber: sampleSubscriber({ contacts }) })).toMatchObject({
      kind: 'send',
      contact: { id: contacts[1]!.id },
    });
    const { entity, category } = sampleNotification();
    const wish = (more: object) => sampleSubscriber({ preferences: [{ ...outOfAll, ...more }] });
    for (const more of [{ entity }, { category }, { channel: 'sms' as const }])
      expect(check({ subscriber: wish(more) })).toEqual(ended('skipped', 'opted_out'));
    for (const more of [{ entity: 'x' }, { category: 'x' }, { channel: 'email' as const }])
      expect(check({ subscriber: wish(more) })).toMatchObject({ kind: 'send' });
  });
});
