import { describe, expect, it } from '@jest/globals';
import { readReference } from './inbox-filter.ts';

describe('a reference', () => {
  it.each(['1A2B-3C4D', '1a2b3c4d', ' 1a2b 3c4d ', '1A2B\u20133C4D', '1A2B\u20113C4D'])(
    'is read as typed: %j',
    (typed) => {
      expect(readReference(typed)).toBe('1a2b3c4d');
    },
  );

  it.each(['', '1A2B-3C4', '1A2B-3C4D5', '1A2B-3C4G', 'n_1a2b3c4d', '.*'])('is not %j', (typed) => {
    expect(readReference(typed)).toBeNull();
  });
});
