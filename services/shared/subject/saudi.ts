import { compactDigits } from './digits.ts';
import { luhnHolds } from './luhn.ts';
import { type NumberCheck, refused } from './types.ts';

/**
 * Saudi national (starts with 1) or resident (starts with 2) identity number: ten digits, the last by the Luhn formula.
 *
 * Source: the widely reproduced validation rule of the National Information Center, as in the public library
 * "Saudi-ID-Validator".
 */
export function checkSaudi(text: string): NumberCheck {
  const number = compactDigits(text);
  if (!/^[12][0-9]{9}$/.test(number))
    return refused('subject_format', 'A Saudi identity number has ten digits and starts with 1 or 2.');
  if (!luhnHolds(number))
    return refused('subject_check_digit', 'The last digit does not fit this Saudi identity number.');
  return { ok: true, number };
}
