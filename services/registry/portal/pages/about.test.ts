import { expect, it } from '@jest/globals';
import { ACCESSIBILITY_CHECKED } from './about.ts';

it('the accessibility statement rests on a check of the last twelve months', () => {
  const age = Date.now() - ACCESSIBILITY_CHECKED.getTime();
  expect(age).toBeLessThan(365 * 86_400_000);
});
