import { type Classification, classified } from './effect.ts';

/**
 * What a person answered by SMS. STOP and its like opt out, START and its like opt in, in English or Arabic.
 * Words that also begin an ordinary request ("cancel my appointment", "إلغاء الموعد") count only when they stand alone.
 * @returns null for any other text.
 */
export function classifyInbound(text: string): Classification | null {
  const folded = fold(text);
  const [first = '', ...rest] = folded.split(' ');
  if (STOP_ALONE.has(folded) || (STOP_FIRST.has(first) && rest.length <= MORE_WORDS)) {
    return classified('opted_out', 'opted_out');
  }
  return START_ALONE.has(folded) ? classified('opted_in') : null;
}

/** "STOP please, thank you" is still a stop; a whole sentence is a letter to be read by a person. */
const MORE_WORDS = 3;

/**
 * One spelling for all ways a word is typed: no vowel signs, tatweel, direction marks or punctuation; the hamza forms
 * of alef, waw and yeh bare; teh marbuta as heh; alef maksura and the Persian yeh and kaf as the Arabic ones.
 */
function fold(text: string): string {
  return text
    .slice(0, 200)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Mn}\p{Cf}\u0640]/gu, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ؤ/g, 'و')
    .replace(/[ئىی]/g, 'ي')
    .replace(/ک/g, 'ك')
    .replace(/ة/g, 'ه')
    .replace(/ء/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const folded = (...words: string[]) => new Set(words.map(fold));

const STOP_FIRST = folded('stop', 'stopall', 'unsubscribe', 'optout', 'إيقاف', 'أوقف', 'أوقفوا', 'توقف', 'توقفوا');
const STOP_ALONE = folded(
  ...['stop all', 'opt out', 'cancel', 'end', 'quit', 'remove', 'remove me', 'ستوب'],
  ...['إلغاء', 'الغي', 'ألغوا', 'إلغاء الاشتراك', 'الغي الاشتراك', 'وقف', 'قف', 'كفى', 'لا ترسل', 'لا ترسلوا'],
);
const START_ALONE = folded(
  ...['start', 'unstop', 'subscribe', 'opt in', 'optin', 'resume'],
  ...['ابدأ', 'ابدؤوا', 'بدء', 'اشترك', 'اشتراك', 'تفعيل', 'استئناف'],
);
