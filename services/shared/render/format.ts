import type { Language } from '../../../contracts/status.ts';
import { TemplateError } from './errors.ts';
import { type Digits, intl } from './intl.ts';

export type DateStyle = { digits: Digits; zone: string; calendar: 'gregory' | 'hijri'; weekday: boolean };

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
// RFC 3339 date-time; the offset is required, because a time without one names no moment.
const MOMENT = /^(\d{4})-(\d{2})-(\d{2})[Tt]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * `1 March 2027`. A day (`YYYY-MM-DD`) is that day everywhere; a moment (RFC 3339) is read in `zone`.
 * `calendar: 'hijri'` adds the Umm al-Qura date in brackets. Throws `bad_value` for anything else.
 */
export function formatDate(value: unknown, language: Language, style: DateStyle, variable: string): string {
  return dateOf(readDate(value, variable), language, style);
}

/** `00:30`, 24 hours, read in `zone`. A day without a time is a `bad_value`. */
export function formatTime(value: unknown, language: Language, style: DateStyle, variable: string): string {
  return timeOf(readDate(value, variable), language, style, variable);
}

/** `1 March 2027, 00:30`. */
export function formatDateTime(value: unknown, language: Language, style: DateStyle, variable: string): string {
  const at = readDate(value, variable);
  const time = timeOf(at, language, style, variable);
  return `${dateOf(at, language, style)}${language === 'ar' ? '،' : ','} ${time}`;
}

type Read = { date: Date; day: boolean };

function dateOf(at: Read, language: Language, style: DateStyle): string {
  const zone = at.day ? 'UTC' : style.zone;
  const written = intl.date(language, style.digits, zone, 'gregory', style.weekday).format(at.date);
  if (style.calendar !== 'hijri') return written;
  const hijri = intl.date(language, style.digits, zone, 'islamic-umalqura', false).format(at.date);
  return `${written} (${hijri})`;
}

function timeOf(at: Read, language: Language, { digits, zone }: DateStyle, variable: string): string {
  if (at.day) throw bad(variable, 'has no time of day');
  return intl.time(language, digits, zone).format(at.date);
}

/** Bahraini dinars with three decimals (ISO 4217: BHD has 1,000 fils). More than three decimals is a `bad_value`. */
export function formatMoney(
  value: unknown,
  language: Language,
  digits: Digits,
  style: 'short' | 'name',
  variable: string,
): string {
  const amount = readNumber(value, variable);
  if (Math.abs(amount * 1000 - Math.round(amount * 1000)) > 1e-4) throw bad(variable, 'is finer than one fils');
  if (style === 'name') return intl.money(language, digits, 'name').format(amount);
  if (language === 'en') return intl.money(language, digits, 'code').format(amount);
  return `${intl.number(language, digits, 3).format(amount)} د.ب`;
}

/** `1,234.5`; `decimals` fixes the number of decimals. Throws `bad_value` for what is not a number. */
export function formatNumber(
  value: unknown,
  language: Language,
  digits: Digits,
  decimals: number | null,
  variable: string,
): string {
  return intl.number(language, digits, decimals).format(readNumber(value, variable));
}

/** A finite number, or a decimal written as a string. */
export function readNumber(value: unknown, variable: string): number {
  const number = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw bad(variable, 'is not a number');
  return number;
}

function readDate(value: unknown, variable: string): Read {
  if (typeof value !== 'string') throw bad(variable, 'is not a date');
  const match = DAY.exec(value) ?? MOMENT.exec(value);
  const date = new Date(match ? value : Number.NaN);
  // The engine rolls 30 February over to March; a date that does not exist is a mistake of the sender.
  if (!match || Number.isNaN(date.getTime()) || isPastMonth(match)) {
    throw bad(variable, 'is not a date of the calendar (YYYY-MM-DD, or RFC 3339 with an offset)');
  }
  return { date, day: value.length === 10 };
}

/** Every month has 28 days; only for the last three is it asked how many it has. */
const isPastMonth = ([, year, month, day]: RegExpExecArray): boolean =>
  Number(day) > 28 && Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();

const bad = (variable: string, what: string) => new TemplateError('bad_value', `${variable} ${what}`, variable);
