import type { Language } from '../../../contracts/status.ts';
import { TemplateError } from './errors.ts';
import {
  type DateStyle,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatTime,
  readNumber,
} from './format.ts';
import { type Digits, intl } from './intl.ts';
import { checkLink, type LinkHosts, refuseForeignLinks } from './links.ts';
import { escapeHtml, type Output, type Piece, piece } from './output.ts';

/** What every helper of one compiled part knows. */
export type Frame = { output: Output; language: Language; digits: Digits };

/** What Handlebars hands to a helper: the named arguments and the `@` variables. */
export type Options = { hash: Record<string, unknown>; data: { hosts: LinkHosts; unsubscribeUrl: string | null } };

/** A helper that makes text from one value. `variable` is the name of the value, for errors. */
export type ValueHelper = (value: unknown, variable: string, options: Options) => Piece;

/** The helpers that take one value, in the order of templates/README.md. */
export function valueHelpers(frame: Frame): Record<string, ValueHelper> {
  const { language } = frame;
  return {
    date: (value, variable, { hash }) => piece(formatDate(value, language, dateStyle(frame, hash), variable)),
    time: (value, variable, { hash }) => piece(formatTime(value, language, dateStyle(frame, hash), variable)),
    dateTime: (value, variable, { hash }) => piece(formatDateTime(value, language, dateStyle(frame, hash), variable)),
    money: (value, variable, { hash }) => {
      const style = hash.style === 'name' ? 'name' : 'short';
      return piece(formatMoney(value, language, digitsOf(frame, hash), style, variable));
    },
    number: (value, variable, { hash }) => {
      const decimals = typeof hash.decimals === 'number' ? hash.decimals : null;
      return piece(formatNumber(value, language, digitsOf(frame, hash), decimals, variable));
    },
    plural: (value, variable, { hash }) => pluralOf(value, variable, frame, hash),
    choose: (value, variable, { hash }) => chosen(value, variable, hash),
    ltr: (value, variable, { data }) => {
      const text = printable(value, variable);
      refuseForeignLinks(text, data.hosts, variable);
      return piece(text, 'ltr');
    },
    link: (value, variable, options) => linkOf(value, variable, frame, options),
    plain: (value, variable) => piece(printable(value, variable)),
    origin: (value, variable, { data }) => {
      if (typeof value === 'string' && data.hosts.has(value)) return piece(value);
      throw new TemplateError('bad_link', `${variable} is not a listed host`, variable);
    },
  };
}

/** Text of a value that may be printed as it is. Lists, objects, NaN are `bad_value`; a blank text is `missing_variable`. */
export function printable(value: unknown, variable: string): string {
  if (typeof value === 'string') {
    if (value.trim() === '') throw new TemplateError('missing_variable', `${variable} is blank`, variable);
    return value;
  }
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  throw new TemplateError('bad_value', `${variable} is not a text or a number`, variable);
}

function dateStyle(frame: Frame, hash: Record<string, unknown>): DateStyle {
  return {
    digits: digitsOf(frame, hash),
    zone: typeof hash.zone === 'string' ? hash.zone : 'Asia/Bahrain',
    calendar: hash.calendar === 'hijri' ? 'hijri' : 'gregory',
    weekday: hash.weekday === true,
  };
}

// English is always in Latin digits, whatever the template asks for its Arabic.
function digitsOf(frame: Frame, hash: Record<string, unknown>): Digits {
  if (frame.language === 'en') return 'latn';
  return hash.digits === 'arab' || hash.digits === 'latn' ? hash.digits : frame.digits;
}

function pluralOf(value: unknown, variable: string, frame: Frame, hash: Record<string, unknown>): Piece {
  const number = readNumber(value, variable);
  const arm = hash[intl.plural(frame.language).select(number)];
  if (typeof arm !== 'string') throw new TemplateError('missing_arm', `no plural arm for ${variable}`, variable);
  return piece(arm.replaceAll('#', intl.number(frame.language, digitsOf(frame, hash), null).format(number)));
}

function chosen(value: unknown, variable: string, hash: Record<string, unknown>): Piece {
  const key = printable(value, variable);
  if (!Object.hasOwn(hash, key)) throw new TemplateError('missing_arm', `no words for this ${variable}`, variable);
  return piece(printable(hash[key], variable));
}

const LINK = 'color:#0b57a4;text-decoration:underline';
const BUTTON =
  'display:inline-block;padding:12px 24px;border-radius:6px;background-color:#0b57a4;color:#ffffff;' +
  'font-weight:600;text-decoration:none';

function linkOf(value: unknown, variable: string, frame: Frame, options: Options): Piece {
  const { hosts, unsubscribeUrl } = options.data;
  const address = value === unsubscribeUrl ? String(value) : checkLink(value, hosts, variable);
  if (frame.output !== 'html') return piece(address);
  const { text, button } = options.hash;
  const label = typeof text === 'string' ? escapeHtml(text) : `<bdi dir="ltr">${escapeHtml(address)}</bdi>`;
  const style = button === true ? `class="button" style="${BUTTON}"` : `class="link" style="${LINK}"`;
  return piece(address, 'none', `<a href="${escapeHtml(address)}" ${style}>${label}</a>`);
}
