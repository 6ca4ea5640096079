import { kuwaitDigit } from './kuwait.ts';
import { luhnDigit } from './luhn.ts';
import type { PersonScheme } from './types.ts';

export type InventedScheme = PersonScheme | 'company';

const padded = (value: number, width: number): string => String(value).padStart(width, '0');

/** How many different numbers each maker has before it starts again. */
export const INVENTED_COUNT: Record<InventedScheme, number> = {
  cpr: 120_000_000,
  sa: 100_000_000,
  ae: 500_000_000,
  kw: 134_400_000,
  om: 80_000_000,
  qa: 10_000_000,
  company: 80_000_000,
};

const MAKERS: Record<InventedScheme, (n: number) => string> = {
  cpr: (n) => {
    const month = (Math.floor(n / 10_000) % 12) + 1;
    const year = (80 + Math.floor(n / 120_000)) % 100;
    return `${padded(year, 2)}${padded(month, 2)}${padded(n % 10_000, 4)}${Math.floor(n / 12_000_000)}`;
  },
  sa: (n) => {
    const body = `1${padded(n, 8)}`;
    return `${body}${luhnDigit(body)}`;
  },
  ae: (n) => {
    const body = `784${1950 + Math.floor(n / 10_000_000)}${padded(n % 10_000_000, 7)}`;
    return `${body}${luhnDigit(body)}`;
  },
  kw: (n) => kuwait(Math.floor(n / 8), n % 8),
  om: (n) => String(10_000_000 + n),
  qa: (n) => `2${padded(Math.floor(n / 100_000), 2)}634${padded(n % 100_000, 5)}`,
  company: (n) => `${10_000 + n}-1`,
};

/**
 * An invented subject with valid form and check digits, for samples and load tests: the same `n` always gives the same
 * subject, and different `n` below `INVENTED_COUNT[scheme]` give different ones. It stands for no person.
 */
export function invent(scheme: InventedScheme, n: number): string {
  return `${scheme}:${MAKERS[scheme](Math.abs(Math.trunc(n)) % INVENTED_COUNT[scheme])}`;
}

/** Of the ten last serial digits at most two lead to no check digit; the `pick`-th of the others is taken. */
function kuwait(index: number, pick: number): string {
  const days = Math.floor(index / 1000);
  const day = (days % 28) + 1;
  const month = (Math.floor(days / 28) % 12) + 1;
  const year = 50 + Math.floor(days / 336);
  const start = `2${padded(year, 2)}${padded(month, 2)}${padded(day, 2)}${padded(index % 1000, 3)}`;
  // 11 - (sum mod 11) is a digit unless the remainder is 0 or 1; a last serial digit d adds 2d to the sum.
  const remainder = 11 - kuwaitDigit(`${start}0`);
  const last = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((digit) => (remainder + 2 * digit) % 11 > 1)[pick] ?? 0;
  return `${start}${last}${kuwaitDigit(`${start}${last}`)}`;
}
