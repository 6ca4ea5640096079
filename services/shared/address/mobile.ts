import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { asciiDigits, withoutInvisible } from '../subject/digits.ts';
import { type AddressRefused, type CanonicalAddress, refusedAddress } from './canonical.ts';

const WRITTEN_NUMBER = /^[0-9+()\s./\u00a0-]+$/u;
const DASHES = /\p{Pd}|\u2212/gu;

/**
 * A mobile number in E.164 (ITU-T), whatever digits, spaces and marks it was typed with; a number without a country is
 * Bahrain's. Refused: what is no number, what is not a mobile line (premium-rate among them), a country not served.
 */
export function canonicalMobile(text: string, servedCountries: string[]): CanonicalAddress | AddressRefused {
  const typed = asciiDigits(withoutInvisible(text.slice(0, 100)))
    .replace(DASHES, '-')
    .trim();
  if (!WRITTEN_NUMBER.test(typed)) return refusedAddress('number_not_valid');
  const compact = typed.replace(/[^0-9+]/g, '');
  const number = parsePhoneNumberFromString(compact, { defaultCountry: 'BH', extract: false });
  if (!number?.isValid()) return refusedAddress('number_not_valid');
  const type = number.getType();
  if (type !== 'MOBILE' && type !== 'FIXED_LINE_OR_MOBILE') return refusedAddress('number_not_mobile');
  if (!isServed(number.country, servedCountries)) return refusedAddress('number_not_served');
  return { ok: true, channel: 'sms', kind: 'mobile', address: number.number, identity: number.number };
}

const isServed = (country: CountryCode | undefined, served: string[]): boolean =>
  country !== undefined && served.includes(country);
