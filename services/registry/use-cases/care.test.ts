import { describe, expect, it } from '@jest/globals';
import type { Contact } from '../../shared/ledger/types.ts';
import { monthsMs } from '../../shared/policy/contacts.ts';
import { careAfter, careFor } from './care.ts';

const CONFIRMED = new Date('2026-01-01T00:00:00Z');
const staleAfterMs = monthsMs(18);
const aged = (months: number) => new Date(CONFIRMED.getTime() + monthsMs(months));
const contact = (more: Partial<Contact> = {}): Contact => ({
  id: 'c_1',
  channel: 'sms',
  kind: 'mobile',
  address: '',
  state: 'verified',
  reason: null,
  main: true,
  softBounces: 0,
  verifiedAt: CONFIRMED,
  confirmedAt: CONFIRMED,
  updatedAt: CONFIRMED,
  ...more,
});

describe('what a contact needs', () => {
  it.each([
    [15, { kind: 'wait', until: aged(16) }],
    [16, { kind: 'confirm-again', confirmBy: aged(18) }],
    [17.9, { kind: 'confirm-again', confirmBy: aged(18) }],
    [18, { kind: 'none' }],
  ])('%d months after it was confirmed', (months, expected) => {
    expect(careFor(contact(), { now: aged(months), staleAfterMs })).toEqual(expected);
  });

  it('is mending while messages come back, whatever its age', () => {
    for (const months of [1, 16, 20])
      expect(careFor(contact({ state: 'suspect' }), { now: aged(months), staleAfterMs })).toEqual({ kind: 'mend' });
  });

  it('is nothing when it was never proved, was given up, or is a device', () => {
    for (const state of ['unverified', 'opted_out', 'taken_over', 'suppressed'] as const)
      expect(careFor(contact({ state }), { now: aged(16), staleAfterMs })).toEqual({ kind: 'none' });
    expect(careFor(contact({ channel: 'push' }), { now: aged(16), staleAfterMs })).toEqual({ kind: 'none' });
    expect(careAfter('push', CONFIRMED, staleAfterMs)).toBeNull();
  });
});
