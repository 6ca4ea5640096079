/** Characters that people paste without seeing them: bidi controls, zero-width marks, the byte-order mark. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const SEPARATORS = /[\s\u00a0.,_/\\-]|\p{Pd}|\u2212/gu;

/**
 * Rewrites every Unicode decimal digit (general category Nd) as ASCII 0-9; other characters stay.
 * Keyboards for Arabic, Persian and Urdu type U+0660..0669 or U+06F0..06F9.
 */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (char) => {
    const plain = char.normalize('NFKC');
    if (plain >= '0' && plain <= '9') return plain;
    // The ten digits of a script stand in a row from zero (Unicode Standard, section 4.6), so the distance to the row's start is the value.
    let value = 0;
    const point = plain.codePointAt(0) ?? 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1;
    return String(value);
  });
}

/** Removes bidi controls and zero-width marks, which arrive with text copied from right-to-left pages. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

/** Digits as people write them ("٨٥ ٠١-١٢٣٤") as one run of ASCII; anything that is neither digit nor separator stays. */
export const compactDigits = (text: string): string => asciiDigits(withoutInvisible(text)).replace(SEPARATORS, '');
