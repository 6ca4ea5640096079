import type { PageLanguage } from '../../shared/web/languages.ts';
import { plainLocale } from '../../shared/web/text.ts';

type Language = Pick<PageLanguage, 'locale' | 'text'>;

/** A whole number with the digits 0-9 and its thousands apart. */
export const numberText = (n: number, { locale }: Pick<PageLanguage, 'locale'>): string =>
  new Intl.NumberFormat(plainLocale(locale), { maximumFractionDigits: 0 }).format(n);

/** A share between 0 and 1; a dash when there is none. It never rounds up to all of them. */
export function percentText(share: number | null, { locale }: Pick<PageLanguage, 'locale'>): string {
  if (share === null) return '–';
  const shown = share < 1 ? Math.floor(share * 1000) / 1000 : 1;
  return new Intl.NumberFormat(plainLocale(locale), { style: 'percent', maximumFractionDigits: 1 }).format(shown);
}

/** A length of time in the largest unit that fits; a dash when there is none. */
export function durationText(seconds: number | null, { locale, text }: Language): string {
  if (seconds === null) return '–';
  const [unit, n] =
    seconds < 60 ? ['seconds', seconds] : seconds < 5_400 ? ['minutes', seconds / 60] : ['hours', seconds / 3_600];
  const digits = new Intl.NumberFormat(plainLocale(locale), { maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);
  return text.plain(`unit.${unit}`, { n: digits });
}

/** A moment of a step on Bahrain's clock: the time of a minute or hour, the date of a day. */
export function stepText(at: Date, grain: 'minute' | 'hour' | 'day', { locale }: Pick<PageLanguage, 'locale'>): string {
  const style: Intl.DateTimeFormatOptions =
    grain === 'day' ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(plainLocale(locale), { ...style, timeZone: 'Asia/Bahrain' }).format(at);
}
