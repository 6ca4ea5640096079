import type { Language } from '../../../contracts/status.ts';

/** What a part of a message is written for: it decides escaping and how direction is kept. */
export type Output = 'html' | 'text' | 'subject' | 'sms' | 'push';

/** Text made by a helper. `isolate`: `auto` decides by content, `ltr` forces, `none` never. `html` replaces the text in HTML. */
export type Piece = { piece: true; text: string; isolate: 'auto' | 'ltr' | 'none'; html?: string };

export const piece = (text: string, isolate: Piece['isolate'] = 'none', html?: string): Piece => ({
  piece: true,
  text,
  isolate,
  html,
});

export const isPiece = (value: unknown): value is Piece =>
  typeof value === 'object' && value !== null && (value as Piece).piece === true;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Escapes for HTML text and quoted attributes. `=` stays, so that addresses survive clients that parse badly. */
export const escapeHtml = (text: string): string =>
  /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (char) => ENTITIES[char]!) : text;

type Direction = 'none' | 'ltr' | 'auto';

// Strong right-to-left letters (UAX #9 classes R and AL); Arabic digits and signs are weak and stand outside.
const RTL =
  /[\u05BE\u05C0\u05C3\u05C6\u05D0-\u05F4\u0608\u060B\u060D\u061B-\u064A\u066D-\u066F\u0671-\u06D5\u06E5\u06E6\u06EE\u06EF\u06FA-\u08E1\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const LTR = /[A-Za-z\u00AA\u00B5\u00BA\u00C0-\u02B8\u0370-\u0589\u0900-\u1FFF\u2C00-\uD7FF]/;
const ONLY_WORD = /^[\p{L}\p{N}]*$/u;
// Single `.`, `,`, `:` or `/` between digits keep their order also after Arabic letters (UAX #9, W4).
const PLAIN_NUMBER = /^\d+([.,:/]\d+)*$/;
const ENDS_IN_RTL = new RegExp(`^${RTL.source}(.*${RTL.source})?$`, 's');
const ADDRESS = /^https?:\/\/\S+$/i;

/**
 * Whether a value must be set apart from the text around it so that neither reorders the other (UAX #9 isolates).
 * In plain text and SMS a mark costs room, so only values that would really reorder get one; never in an English SMS.
 * A web address gets none in plain text: some clients take the mark for a part of it.
 */
export function directionOf(text: string, output: Output, language: Language): Direction {
  const marks = output !== 'html';
  if (marks && ADDRESS.test(text)) return 'none';
  if (language === 'en') {
    if (output === 'sms' || output === 'subject') return 'none';
    return RTL.test(text) ? 'auto' : 'none';
  }
  const ltr = LTR.test(text);
  if (RTL.test(text)) return ltr && !(marks && output !== 'push' && ENDS_IN_RTL.test(text)) ? 'auto' : 'none';
  if (PLAIN_NUMBER.test(text)) return 'none';
  if (ONLY_WORD.test(text)) return ltr && (output === 'html' || output === 'push') ? 'ltr' : 'none';
  return 'ltr';
}

/** Writes a value into an output: escaped, and set apart where its direction asks for it. */
export function write(text: string, isolate: Piece['isolate'], output: Output, language: Language): string {
  const direction = isolate === 'auto' ? directionOf(text, output, language) : isolate;
  if (output === 'html') {
    const escaped = escapeHtml(text);
    if (direction === 'none') return escaped;
    return direction === 'ltr' ? `<bdi dir="ltr">${escaped}</bdi>` : `<bdi>${escaped}</bdi>`;
  }
  if (direction === 'none' || (language === 'en' && output === 'sms')) return text;
  return `${direction === 'ltr' ? '\u2066' : '\u2068'}${text}\u2069`;
}
