import type { Language } from '../../../contracts/status.ts';

// One quick test for all that follows; most values pass it untouched.
const SUSPECT = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069\uFEFF]/u;
const REMOVED = /[\0\u202A-\u202E\u2066-\u2069\uFEFF]/g;
const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Takes from a value what could break out of its line or reorder the text around it: NUL, bidi embeddings, overrides
 * and isolates (UAX #9) go; a run of other control characters and line breaks becomes one space (CWE-93).
 */
export function cleanValue(value: string): string {
  if (!SUSPECT.test(value)) return value;
  return value.replace(REMOVED, '').replace(BREAKS, ' ').toWellFormed();
}

const ODD_SPACES = /[\u00A0\u2000-\u200A\u202F\u205F\u3000]/g;
const FOLDS: [RegExp, string][] = [
  [/[\u2018\u2019\u201A\u201B\u2032\u02BB\u02BC]/g, "'"],
  [/[\u201C-\u201F\u2033\u00AB\u00BB]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/\u2026/g, '...'],
  [/[\u2022\u00B7]/g, '-'],
  [/[\u200B-\u200F\u00AD\u061C\u2060]/g, ''],
];
const NOT_ASCII = /[^\x20-\x7E\n]/;

/**
 * The text of an SMS as sent: NFC, plain spaces, and in English typographic characters as their GSM-7 equivalents,
 * because one curly quote would turn 160 characters a part into 70 (3GPP TS 23.038).
 */
export function smsText(text: string, language: Language): string {
  let out = text;
  if (NOT_ASCII.test(out)) {
    out = out.normalize('NFC').replace(ODD_SPACES, ' ');
    if (language === 'en') for (const [pattern, plain] of FOLDS) out = out.replace(pattern, plain);
  }
  return tidyLines(out);
}

/** No blanks at the ends of lines, no runs of blanks, at most one empty line in a row. */
export function tidyLines(text: string): string {
  return text
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Everything on one line: subjects and titles. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
