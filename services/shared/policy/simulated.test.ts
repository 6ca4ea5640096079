import { describe, expect, it } from '@jest/globals';
import { CHANNELS, REASONS, type Reason } from '../../../contracts/status.ts';
import { NOON } from '../ledger/samples.ts';
import { contactsFor } from './contacts.ts';
import { simulatedEnd, simulatedSubscriber, simulatedWait } from './simulated.ts';

const rules = { now: NOON, staleAfterMs: 548 * 86_400_000, mandatory: false };

describe('the simulator', () => {
  it.each<Reason>(['no_contact', 'unverified_contact', 'stale_contact', 'suspect_contact', 'suppressed', 'opted_out'])(
    '%s: makes up a person whom no channel reaches for that reason',
    (reason) => {
      const { contacts } = simulatedSubscriber('s_1', reason, NOON)!;
      for (const channel of CHANNELS) {
        // A device never grows stale, so push stays open there.
        if (reason === 'stale_contact' && channel === 'push') continue;
        expect(contactsFor(contacts, channel, rules)).toEqual({ fault: reason });
      }
    },
  );

  it('suppressed: also for what the law makes us send, and the contact says why', () => {
    const { contacts } = simulatedSubscriber('s_1', 'suppressed', NOON)!;
    expect(contacts.map(({ reason }) => reason)).toEqual(['suppressed', 'suppressed', 'suppressed']);
    expect(contactsFor(contacts, 'sms', { ...rules, mandatory: true })).toEqual({ fault: 'suppressed' });
  });

  it('no_subscriber: makes up nobody', () => {
    expect(simulatedSubscriber('s_1', 'no_subscriber', NOON)).toBe(null);
  });

  it('every other reason, and success, has a person whom every channel reaches, with no address', () => {
    for (const simulate of ['delivered', 'invalid_number', 'quiet_hours', 'template_error']) {
      const person = simulatedSubscriber('s_1', simulate, NOON)!;
      for (const channel of CHANNELS) expect(contactsFor(person.contacts, channel, rules)).toHaveProperty('use');
      expect(person.contacts.map(({ address }) => address)).toEqual(['', '', '']);
    }
  });

  it('waits for exactly the reasons that mean waiting', () => {
    const waits = Object.keys(REASONS).filter((reason) => simulatedWait(reason) !== null);
    expect(waits.toSorted()).toEqual([
      'in_digest',
      'paused',
      'quiet_hours',
      'retry',
      'scheduled',
      'waiting_newer',
      'waiting_step',
    ]);
    expect([simulatedWait(null), simulatedWait('delivered')]).toEqual([null, null]);
  });

  it('ends before a provider is asked only for reasons that end a delivery', () => {
    for (const reason of Object.keys(REASONS) as Reason[]) {
      const end = simulatedEnd(reason);
      if (end) expect([end.reason, REASONS[reason].final]).toEqual([reason, true]);
    }
    expect(simulatedEnd('expired')).toEqual({ status: 'expired', reason: 'expired' });
    expect([simulatedEnd('delivered'), simulatedEnd('invalid_number')]).toEqual([null, null]);
  });
});

describe('the made-up person', () => {
  it('is somebody ordinary in Bahrain, with one main contact a channel', () => {
    expect(simulatedSubscriber('s_1', 'delivered', NOON)).toMatchObject({
      ...{ _id: 's_1', kind: 'person', scheme: 'cpr', subject: '', language: 'en', timeZone: 'Asia/Bahrain' },
      ...{ quietHours: null, preferences: [] },
      contacts: [
        { id: 'c_simulated_sms', kind: 'mobile', main: true },
        { id: 'c_simulated_email', kind: 'email', main: true },
        { id: 'c_simulated_push', kind: 'webpush', main: true },
      ],
    });
    expect(simulatedSubscriber('s_1', 'no_contact', NOON)!.contacts).toEqual([]);
  });
});

it.each([
  ['superseded', 'superseded'],
  ['cancelled', 'cancelled'],
  ['erased', 'cancelled'],
  ['duplicate', 'skipped'],
  ['reached_earlier', 'skipped'],
  ['mandate_ended', 'skipped'],
  ['template_error', 'failed'],
  ['invalid_event', 'failed'],
  ['not_granted', 'failed'],
  ['complaint', 'failed'],
])('%s ends a delivery as %s before a provider is asked', (reason, status) => {
  expect(simulatedEnd(reason)).toEqual({ status, reason });
});
