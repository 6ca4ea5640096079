/** Characters that nobody sees and that decide in which direction a text runs, by their names in UAX #9. */
const MARKS: Record<string, string> = {
  '\u200B': 'ZWSP',
  '\u200C': 'ZWNJ',
  '\u200D': 'ZWJ',
  '\u200E': 'LRM',
  '\u200F': 'RLM',
  '\u061C': 'ALM',
  '\u202A': 'LRE',
  '\u202B': 'RLE',
  '\u202C': 'PDF',
  '\u202D': 'LRO',
  '\u202E': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
  '\u00A0': 'NBSP',
  '\uFEFF': 'BOM',
};

/** A run of a text, or one mark in it: the character, and its name. */
export type Run = { text: string; mark: string | null };

const EACH = new RegExp(`([${Object.keys(MARKS).join('')}])`, 'u');

/** The text cut where a mark stands, so that a page can name marks beside it. Joined it is the text again. */
export const runsOf = (text: string): Run[] =>
  text
    .split(EACH)
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, mark: MARKS[piece] ?? null }));

/** The text with each mark as its name, such as `[LRI]`, for terminals. */
export const withMarks = (text: string): string =>
  runsOf(text)
    .map(({ text: plain, mark }) => (mark === null ? plain : `[${mark}]`))
    .join('');
