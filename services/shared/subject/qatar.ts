import { compactDigits } from './digits.ts';
import { type NumberCheck, refused } from './types.ts';

/**
 * Qatar identity number (QID): eleven digits C YY NNN SSSSS; C is the century (2 for 19YY, 3 for 20YY), NNN the country
 * of nationality in ISO 3166-1 numeric, SSSSS a serial. No check digit is published.
 *
 * Source: https://qatarofw.com/qatar-id-number/ (layout of the Ministry of Interior's card).
 */
export function checkQatar(text: string): NumberCheck {
  const number = compactDigits(text);
  if (!/^[23][0-9]{10}$/.test(number))
    return refused('subject_format', 'A Qatar identity number has eleven digits and starts with 2 or 3.');
  if (number.slice(3, 6) === '000')
    return refused('subject_format', 'Digits four to six of a Qatar identity number are a country code.');
  return { ok: true, number };
}
