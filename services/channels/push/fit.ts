import type { Language } from '../../../contracts/status.ts';

/** Direction of a language, as a notification's `dir`. */
export const DIRECTIONS: Record<Language, 'rtl' | 'ltr'> = { ar: 'rtl', en: 'ltr' };

/**
 * Makes a payload of at most `limit` bytes. A body that is too long ends in an ellipsis, cut between characters as
 * people see them (UAX #29), so that no letter loses its mark. Null when not even an empty body fits.
 */
export const fitBody = (
  body: string,
  language: Language,
  limit: number,
  makePayload: (body: string) => string,
): string | null => {
  const whole = makePayload(body);
  if (Buffer.byteLength(whole) <= limit) return whole;
  const characters = [...new Intl.Segmenter(language, { granularity: 'grapheme' }).segment(body)];
  const cut = (count: number): string =>
    makePayload(
      `${characters
        .slice(0, count)
        .map(({ segment }) => segment)
        .join('')
        .trimEnd()}…`,
    );
  let fits = -1;
  let over = characters.length;
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (Buffer.byteLength(cut(middle)) <= limit) fits = middle;
    else over = middle;
  }
  return fits < 0 ? null : cut(fits);
};
