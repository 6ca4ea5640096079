import type { Language } from '../../../contracts/status.ts';

export type Digits = 'latn' | 'arab';

// Calendar and digits are always named: what `ar` or `ar-BH` defaults to has changed between ICU versions.
const LOCALES = { en: 'en-GB', ar: 'ar-BH' } as const;

/** Formatters cost some 50 µs to make and 1 µs to use, so each is made once. */
const cache = new Map<string, unknown>();

function cached<T>(key: string, make: () => T): T {
  let found = cache.get(key) as T | undefined;
  if (found === undefined) {
    found = make();
    cache.set(key, found);
  }
  return found;
}

type Calendar = 'gregory' | 'islamic-umalqura';

/** Formatters by language, digits, zone and calendar. */
export const intl = {
  date: (language: Language, digits: Digits, zone: string, calendar: Calendar, weekday: boolean) =>
    cached(`d ${language} ${digits} ${zone} ${calendar} ${weekday}`, () => {
      const day = { day: 'numeric', month: 'long', year: 'numeric', calendar, numberingSystem: digits } as const;
      const options = weekday ? ({ ...day, weekday: 'long' } as const) : day;
      return new Intl.DateTimeFormat(LOCALES[language], { ...options, timeZone: zone });
    }),

  time: (language: Language, digits: Digits, zone: string) =>
    cached(`t ${language} ${digits} ${zone}`, () => {
      const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
      const fixed = { timeZone: zone, numberingSystem: digits, calendar: 'gregory' };
      return new Intl.DateTimeFormat(LOCALES[language], { ...clock, ...fixed });
    }),

  number: (language: Language, digits: Digits, decimals: number | null) =>
    cached(`n ${language} ${digits} ${decimals}`, () => {
      const fixed =
        decimals === null
          ? { maximumFractionDigits: 9 }
          : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
      return new Intl.NumberFormat(LOCALES[language], { numberingSystem: digits, ...fixed });
    }),

  money: (language: Language, digits: Digits, currencyDisplay: 'code' | 'name') =>
    cached(`m ${language} ${digits} ${currencyDisplay}`, () => {
      const dinars = { style: 'currency', currency: 'BHD', minimumFractionDigits: 3 } as const;
      return new Intl.NumberFormat(LOCALES[language], { ...dinars, currencyDisplay, numberingSystem: digits });
    }),

  plural: (language: Language) => cached(`p ${language}`, () => new Intl.PluralRules(LOCALES[language])),
};

/** The plural arms that CLDR requires for a language, such as all six for Arabic. */
export const requiredArms = (language: Language): string[] => intl.plural(language).resolvedOptions().pluralCategories;
