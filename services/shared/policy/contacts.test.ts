import { describe, expect, it } from '@jest/globals';
import { NOON, sampleContact } from '../ledger/samples.ts';
import type { Contact } from '../ledger/types.ts';
import { contactFault, contactsFor } from './contacts.ts';

const DAY = 86_400_000;
const rules = { now: NOON, staleAfterMs: 548 * DAY, mandatory: false };
const must = { ...rules, mandatory: true };
const ago = (days: number) => new Date(NOON.getTime() - days * DAY);

describe('a contact', () => {
  it.each<[string, Partial<Contact>, string | null, string | null]>([
    ['a verified one', {}, null, null],
    ['an unverified one', { state: 'unverified' }, 'unverified_contact', 'unverified_contact'],
    ['one that somebody else proved', { state: 'taken_over' }, 'unverified_contact', 'unverified_contact'],
    ['one that opted out', { state: 'opted_out' }, 'opted_out', 'opted_out'],
    ['one after a complaint', { state: 'suppressed', reason: 'complaint' }, 'suppressed', null],
    ['one on a suppression list', { state: 'suppressed', reason: 'suppressed' }, 'suppressed', 'suppressed'],
    ['one not confirmed for too long', { confirmedAt: ago(549) }, 'stale_contact', 'stale_contact'],
    ['one confirmed in time', { verifiedAt: ago(900), confirmedAt: ago(547) }, null, null],
    ['a stale one that complained', staleComplaint(), 'suppressed', 'stale_contact'],
  ])('%s: optional %s, mandatory %s', (_, change, optional, mandatory) => {
    expect(contactFault(sampleContact(change), rules)).toBe(optional);
    expect(contactFault(sampleContact(change), must)).toBe(mandatory);
  });

  it('C19 one whose address does not exist gets neither optional nor mandatory notices', () => {
    const dead = sampleContact({ channel: 'email', kind: 'email', state: 'suspect', reason: 'invalid_address' });
    expect([contactFault(dead, rules), contactFault(dead, must)]).toEqual(['suspect_contact', 'suspect_contact']);
  });

  it('a device does not grow stale: it lets us know when it is gone', () => {
    expect(contactFault(sampleContact({ channel: 'push', kind: 'fcm', confirmedAt: ago(2_000) }), rules)).toBe(null);
  });
});

describe('the contacts of a channel', () => {
  const ids = (found: ReturnType<typeof contactsFor>) => ('use' in found ? found.use.map(({ id }) => id) : found.fault);

  it('are the main one, else the first that may be used', () => {
    const [first, main] = [sampleContact({ id: 'c_a', main: false }), sampleContact({ id: 'c_b' })];
    expect(ids(contactsFor([first, main], 'sms', rules))).toEqual(['c_b']);
    expect(ids(contactsFor([first, { ...main, state: 'suspect' }], 'sms', rules))).toEqual(['c_a']);
  });

  it('are every usable device for push', () => {
    const device = (id: string, more = {}) => sampleContact({ id, channel: 'push', kind: 'webpush', ...more });
    const devices = [device('c_a'), device('c_b', { state: 'opted_out' }), device('c_c', { main: false })];
    expect(ids(contactsFor(devices, 'push', rules))).toEqual(['c_a', 'c_c']);
  });

  it('when none may be used, the fault is that of the main one', () => {
    const [first, main] = [sampleContact({ main: false, state: 'unverified' }), sampleContact({ state: 'suspect' })];
    expect(ids(contactsFor([first, main], 'sms', rules))).toBe('suspect_contact');
    expect(ids(contactsFor([first, main], 'email', rules))).toBe('no_contact');
  });
});

function staleComplaint(): Partial<Contact> {
  return { state: 'suppressed', reason: 'complaint', confirmedAt: ago(549) };
}
