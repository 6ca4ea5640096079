import { compactDigits } from './digits.ts';
import { type NumberCheck, refused } from './types.ts';

const WEIGHTS = [2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CENTURIES: Record<string, number> = { '1': 1800, '2': 1900, '3': 2000 };

/**
 * Kuwait civil number: twelve digits C YYMMDD NNNN K; C is the century, K = 11 - (weighted sum mod 11).
 *
 * Source: Public Authority for Civil Information, reproduced by OECD "Kuwait: information on tax identification numbers"
 * and https://prakhar.me/articles/kuwait-civil-id-checksum/.
 */
export function checkKuwait(text: string): NumberCheck {
  const number = compactDigits(text);
  if (!/^[123][0-9]{11}$/.test(number))
    return refused('subject_format', 'A Kuwait civil number has twelve digits and starts with 1, 2 or 3.');
  if (!bornOnARealDay(number))
    return refused('subject_date', 'Digits two to seven of a Kuwait civil number are a date of birth.');
  if (kuwaitDigit(number.slice(0, 11)) !== Number(number[11]))
    return refused('subject_check_digit', 'The last digit does not fit this Kuwait civil number.');
  return { ok: true, number };
}

/** Check digit of the first eleven digits; 10 or 11 means that no number is issued for them. */
export function kuwaitDigit(digits: string): number {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return 11 - (sum % 11);
}

function bornOnARealDay(number: string): boolean {
  const year = (CENTURIES[number[0] ?? ''] ?? 0) + Number(number.slice(1, 3));
  const month = Number(number.slice(3, 5));
  const day = Number(number.slice(5, 7));
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
