import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANNELS } from '../../../contracts/status.ts';
import { at } from '../ledger/samples.ts';
import type { Preference } from '../ledger/types.ts';
import { allows } from './consent.ts';

const pref = (entity: string, category: string, channel: Preference['channel'], allow: boolean, seconds = 0) => ({
  ...{ entity, category, channel, allow },
  at: at(seconds),
});
const topic = { entity: 'sijilat', category: 'licences', channel: 'sms' as const };

describe('consent', () => {
  it('C25 is given when nothing was said', () => {
    expect(allows([], topic)).toBe(true);
  });

  it('C25 is withdrawn for everything by opting out of everything', () => {
    for (const channel of CHANNELS) expect(allows([pref('*', '*', '*', false)], { ...topic, channel })).toBe(false);
  });

  it('the entity says more than the category, the category more than the channel', () => {
    const noChannel = pref('*', '*', 'sms', false);
    const yesCategory = pref('*', 'licences', '*', true);
    const noEntity = pref('sijilat', '*', '*', false);
    expect(allows([noChannel, yesCategory], topic)).toBe(true);
    expect(allows([noChannel, yesCategory, noEntity], topic)).toBe(false);
    expect(allows([noEntity, pref('sijilat', '*', 'sms', true)], topic)).toBe(true);
    expect(allows([pref('*', 'licences', 'sms', true), noEntity], topic)).toBe(false);
  });

  it('of two that say equally much the later one counts, wherever it stands', () => {
    const [no, yes] = [pref('sijilat', '*', '*', false, 0), pref('sijilat', '*', '*', true, 1)];
    expect([allows([no, yes], topic), allows([yes, no], topic)]).toEqual([true, true]);
  });

  it('what is about something else does not count', () => {
    const others = [pref('ofoq', '*', '*', false), pref('*', 'visits', '*', false), pref('*', '*', 'email', false)];
    expect(allows(others, topic)).toBe(true);
  });

  it('does not depend on the order of preferences', () => {
    const some = fc.uniqueArray(
      fc.record({
        entity: fc.constantFrom('*', 'sijilat'),
        category: fc.constantFrom('*', 'licences'),
        channel: fc.constantFrom<Preference['channel']>('*', 'sms'),
        allow: fc.boolean(),
        at: fc.nat(1_000).map(at),
      }),
      { selector: (one) => one.at.getTime() },
    );
    fc.assert(
      fc.property(some, (preferences) => {
        expect(allows(preferences.toReversed(), topic)).toBe(allows(preferences, topic));
      }),
    );
  });
});
