import { IntlMessageFormat } from 'intl-messageformat';

export type Values = Record<string, string | number | Date>;

export type Text = {
  has(key: string): boolean;
  /** The message without markup, for titles and attributes. */
  plain(key: string, values?: Values): string;
  /** The message as HTML: everything escaped, and every value isolated from the direction of the sentence (UAX #9). */
  html(key: string, values?: Values): string;
};

/**
 * The messages of one language (ICU MessageFormat, plural rules of CLDR). Digits are 0-9 in every language: what is
 * shown is often typed back. Throws for a key that the table does not have: a page never prints a blank.
 */
export function createText(code: string, table: Record<string, string>): Text {
  const locale = plainLocale(code);
  const messages = new Map(Object.entries(table).map(([key, message]) => [key, compile(message, locale, key, code)]));
  const find = (key: string): IntlMessageFormat => {
    const message = messages.get(key);
    if (!message) throw new Error(`strings/${code}.json has no "${key}"`);
    return message;
  };
  return {
    has: (key) => messages.has(key),
    plain: (key, values = {}) => String(find(key).format(values)),
    html: (key, values = {}) => find(key).formatToParts(wrapped(values)).map(partToHtml).join(''),
  };
}

/** A locale with the Gregorian calendar, a clock of 24 hours and the digits 0-9, whatever its country prefers. */
export const plainLocale = (locale: string): string => `${locale}-u-ca-gregory-hc-h23-nu-latn`;

/**
 * A value inside a sentence, isolated (UAX #9, HTML `bdi`). One without letters (a number, `*1234`) runs left to right;
 * `bdi` alone would give `+973` its plus sign on the wrong side.
 */
export function isolated(value: string): string {
  return `<bdi${/\p{L}/u.test(value) ? '' : ' dir="ltr"'}>${escapeHtml(value)}</bdi>`;
}

/** `&`, `<`, `>` and both quotes as character references. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function compile(message: string, locale: string, key: string, code: string): IntlMessageFormat {
  try {
    return new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
  } catch (error) {
    throw new Error(`strings/${code}.json, "${key}": ${(error as Error).message}`);
  }
}

type Wrapped = { value: string; toString(): string };

// A value that is an object comes back as a part of its own, so that it can be told from the sentence around it; as
// text it is what it holds, which is what a `select` of the message looks at.
const wrapped = (values: Values): Record<string, never> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? { value, toString: () => value } : value,
    ]),
  ) as Record<string, never>;

function partToHtml({ value }: { value: unknown }): string {
  if (typeof value === 'object' && value !== null) return isolated((value as Wrapped).value);
  return escapeHtml(String(value));
}
