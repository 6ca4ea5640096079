import { asciiDigits, withoutInvisible } from './digits.ts';
import { type NumberCheck, refused } from './types.ts';

const DASHES = /\p{Pd}|\u2212/gu;

/**
 * Bahrain commercial registration (CR): digits and a branch, such as 12345-1. Branch 1 is the registration itself, so a
 * number without a branch is the same company as `-1`.
 *
 * Source: Sijilat, the public search of the commercial register (https://www.sijilat.bh). No check digit is published.
 */
export function checkCompany(text: string): NumberCheck {
  const plain = asciiDigits(withoutInvisible(text)).replace(/\s/g, '').replace(DASHES, '-');
  const parts = /^0*([1-9][0-9]{0,8})(?:-0*([1-9][0-9]{0,3}))?$/.exec(plain);
  if (!parts)
    return refused('subject_format', 'A commercial registration is a number with its branch, such as 12345-1.');
  return { ok: true, number: `${parts[1]}-${parts[2] ?? '1'}` };
}
