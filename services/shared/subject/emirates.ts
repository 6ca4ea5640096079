import { compactDigits } from './digits.ts';
import { luhnHolds } from './luhn.ts';
import { type NumberCheck, refused } from './types.ts';

/**
 * Emirates identity number: 784-YYYY-NNNNNNN-C, fifteen digits; 784 is the country in ISO 3166-1 numeric, YYYY the year
 * of birth, C by the Luhn formula.
 *
 * Source: OECD, "United Arab Emirates: information on tax identification numbers", and the Luhn rule as public
 * validators apply it.
 */
export function checkEmirates(text: string): NumberCheck {
  const number = compactDigits(text);
  if (!/^784[0-9]{12}$/.test(number))
    return refused('subject_format', 'An Emirates identity number has fifteen digits and starts with 784.');
  if (!/^(19|20)/.test(number.slice(3)))
    return refused('subject_date', 'Digits four to seven of an Emirates identity number are a year of birth.');
  if (!luhnHolds(number))
    return refused('subject_check_digit', 'The last digit does not fit this Emirates identity number.');
  return { ok: true, number };
}
