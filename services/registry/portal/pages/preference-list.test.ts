import { describe, expect, it } from '@jest/globals';
import { choose } from './preference-list.ts';

const wish = (category: string, channel: 'sms' | 'email' | 'push', allow: boolean) => ({ category, channel, allow });

describe('the list of preferences after a choice', () => {
  it('holds nothing while everything is wanted', () =>
    expect(choose([], 'health', [wish('results', 'sms', true), wish('results', 'email', true)])).toEqual([]));

  it('holds what was switched off, for this entity only', () => {
    const other = { entity: 'ofoq', category: '*', channel: 'sms', allow: false } as const;
    expect(choose([other], 'health', [wish('results', 'sms', false), wish('results', 'email', true)])).toEqual([
      other,
      { entity: 'health', category: 'results', channel: 'sms', allow: false },
    ]);
  });

  it('forgets an earlier choice that was taken back', () => {
    const before = [{ entity: 'health', category: 'results', channel: 'sms', allow: false } as const];
    expect(choose(before, 'health', [wish('results', 'sms', true)])).toEqual([]);
  });

  it('writes down an exception from a rule for all entities', () => {
    const all = { entity: '*', category: '*', channel: 'email', allow: false } as const;
    expect(choose([all], 'health', [wish('results', 'email', true), wish('results', 'sms', true)])).toEqual([
      all,
      { entity: 'health', category: 'results', channel: 'email', allow: true },
    ]);
  });
});
