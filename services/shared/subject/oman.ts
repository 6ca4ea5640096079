import { compactDigits } from './digits.ts';
import { type NumberCheck, refused } from './types.ts';

/**
 * Oman civil number: a plain number of up to nine digits (eight on most cards). It carries no date and no published
 * check digit, so only the length is checked; leading zeros say nothing and are dropped.
 */
export function checkOman(text: string): NumberCheck {
  const number = compactDigits(text).replace(/^0+(?=[0-9])/, '');
  if (!/^[1-9][0-9]{0,8}$/.test(number))
    return refused('subject_format', 'An Oman civil number has at most nine digits.');
  return { ok: true, number };
}
