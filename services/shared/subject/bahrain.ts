import { compactDigits } from './digits.ts';
import { type NumberCheck, refused } from './types.ts';

/**
 * Bahrain personal number (CPR): nine digits YYMM NNNN C.
 *
 * Source: the layout published with the identity card (Information & eGovernment Authority; also Wikipedia, "National
 * identification number", Bahrain). The last digit is called a check digit, but its rule is not published: number
 * libraries that list it say so. Length and month are checked, the last digit is not.
 */
export function checkBahrain(text: string): NumberCheck {
  const number = compactDigits(text);
  if (!/^[0-9]{9}$/.test(number)) return refused('subject_format', 'A Bahrain personal number has nine digits.');
  const month = Number(number.slice(2, 4));
  if (month < 1 || month > 12)
    return refused('subject_date', 'Digits three and four of a Bahrain personal number are a month.');
  return { ok: true, number };
}
