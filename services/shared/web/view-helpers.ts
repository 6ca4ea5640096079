import Handlebars, { type HelperOptions } from 'handlebars';
import type { PageLanguage } from './languages.ts';
import { escapeHtml, plainLocale, type Values } from './text.ts';

/** The helpers that views may use; any other name stops the start. */
export const VIEW_HELPERS = {
  t: true,
  said: true,
  plain: true,
  url: true,
  bilingual: true,
  date: true,
  dateTime: true,
  timeOfDay: true,
  isolate: true,
  eq: true,
};

type Root = { page: { language: PageLanguage; timeZone: string; base: string } };

/**
 * - `{{t 'key' name=value}}` a message as HTML, values escaped and isolated; `{{plain 'key'}}` for attributes;
 *   `{{said it}}` for one that is given as `{key, values}`
 * - `{{url '/inbox'}}` an address in the page's language
 * - `{{bilingual title}}` a text of the catalogue, marked when it is in another language than the page
 * - `{{date at}}`, `{{dateTime at}}`, `{{timeOfDay at}}` on the person's clock; `{{isolate value}}` a number, address or reference
 */
export function addViewHelpers(bars: typeof Handlebars): void {
  bars.registerHelper({
    t: (key: string, options: HelperOptions) => safe(textOf(options).html(key, valuesOf(options))),
    said: ({ key, values }: { key: string; values: Values }, options: HelperOptions) =>
      safe(textOf(options).html(key, values)),
    plain: (key: string, options: HelperOptions) => textOf(options).plain(key, valuesOf(options)),
    url: (path: string, options: HelperOptions) => `${rootOf(options).page.base}/${languageOf(options).code}${path}`,
    bilingual: (text: Record<string, string>, options: HelperOptions) => safe(inLanguage(text, languageOf(options))),
    date: (at: Date, options: HelperOptions) => safe(timeTag(at, options, { dateStyle: 'long' })),
    dateTime: (at: Date, options: HelperOptions) =>
      safe(timeTag(at, options, { dateStyle: 'long', timeStyle: 'short' })),
    timeOfDay: (at: Date, options: HelperOptions) => safe(timeTag(at, options, { timeStyle: 'medium' })),
    isolate: (value: unknown) => safe(`<bdi dir="ltr">${escapeHtml(String(value))}</bdi>`),
    eq: (one: unknown, other: unknown) => one === other,
  });
}

/** A date in words in a page's language: Gregorian calendar, digits 0-9. */
export function dateText(
  at: Date,
  { locale }: Pick<PageLanguage, 'locale'>,
  timeZone: string,
  style: Intl.DateTimeFormatOptions,
): string {
  return new Intl.DateTimeFormat(plainLocale(locale), { ...style, timeZone }).format(at);
}

/** The text in the page's language; with its `lang` and `dir` where only another one is there. */
function inLanguage(text: Record<string, string>, { code }: PageLanguage): string {
  if (text[code] !== undefined) return escapeHtml(text[code]);
  return `<bdi lang="en" dir="ltr">${escapeHtml(text.en ?? '')}</bdi>`;
}

const safe = (html: string) => new Handlebars.SafeString(html);
const rootOf = (options: HelperOptions) => options.data.root as Root;
const languageOf = (options: HelperOptions) => rootOf(options).page.language;
const textOf = (options: HelperOptions) => languageOf(options).text;

// Values may be SafeStrings of other helpers; a message takes their text.
const valuesOf = ({ hash }: HelperOptions): Values =>
  Object.fromEntries(
    Object.entries(hash as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'number' || value instanceof Date ? value : String(value),
    ]),
  );

function timeTag(at: Date, options: HelperOptions, style: Intl.DateTimeFormatOptions): string {
  const { language, timeZone } = rootOf(options).page;
  return `<time datetime="${at.toISOString()}">${escapeHtml(dateText(at, language, timeZone, style))}</time>`;
}
