import { describe, expect, it } from '@jest/globals';
import { dangerOf } from './danger.ts';

const rules = { countFrom: 100, approvalAbove: 10_000, perSecond: 500 };

describe('what it takes to start a replay', () => {
  it.each([
    [1, 'confirm'],
    [99, 'confirm'],
    [100, 'count'],
    [10_000, 'count'],
    [10_001, 'approval'],
  ])('of %d', (send, danger) => expect(dangerOf(send, rules)).toBe(danger));
});
