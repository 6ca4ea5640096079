import { canonicalEmail } from '../../shared/address/email.ts';
import { canonicalMobile } from '../../shared/address/mobile.ts';
import type { Blind } from '../../shared/crypto/blind.ts';
import { asciiDigits, withoutInvisible } from '../../shared/subject/digits.ts';
import { parseSubject } from '../../shared/subject/index.ts';

/** What stands for a person or an address: blind indexes, never the number itself. */
export type Personal = { subscriberIds: string[]; addressIds: string[] };

/**
 * What was typed into the one box. `id`: an id of ours; `key`: something of an event, safe to show in an address line;
 * `personal`: what may name a person, so that finding it needs a reason. `key` of a personal one is kept since a number
 * may also be a reference, an event's id or a case: it must not stand in an address line.
 */
export type Boxed =
  | { kind: 'empty' }
  | { kind: 'id'; id: string }
  | { kind: 'key'; key: string }
  | { kind: 'personal'; personal: Personal; key: string };

export type BoxRules = { blind: Blind; servedCountries: string[] };

const ID = /^[ndrxs]_[0-9a-f]{32}$/;
const NUMBERLIKE = /^[0-9+()\s./-]+$/;
const PEOPLE = ['cpr', 'sa', 'ae', 'kw', 'om', 'qa'] as const;
const LONGEST = 512;

/**
 * Tells a national number, a mobile number and a mail address, in any of the spellings that the register takes, from ids
 * and keys. A bare number is read as every kind it can be. Pure.
 */
export function readBox(text: string, { blind, servedCountries }: BoxRules): Boxed {
  const typed = withoutInvisible(text.slice(0, LONGEST)).trim();
  if (typed === '') return { kind: 'empty' };
  if (ID.test(typed.toLowerCase())) return { kind: 'id', id: typed.toLowerCase() };
  const subscriberIds = subjectsIn(typed).map(blind.subscriberId);
  const addresses = [canonicalEmail(typed, true), canonicalMobile(typed, servedCountries)];
  const addressIds = addresses.flatMap((one) => (one.ok ? [blind.addressId(one.channel, one.identity)] : []));
  if (subscriberIds.length + addressIds.length > 0)
    return { kind: 'personal', personal: { subscriberIds, addressIds }, key: typed };
  // A number that is none, or half an address, still says much of a person: it must not end in a log of addresses.
  if (typed.includes('@') || isNumberlike(typed))
    return { kind: 'personal', personal: { subscriberIds: [], addressIds: [] }, key: typed };
  return { kind: 'key', key: typed };
}

/** Canonical subjects: the one that is named with its kind, or every national number and company that it can be. */
function subjectsIn(typed: string): string[] {
  const candidates = typed.includes(':')
    ? [typed]
    : isNumberlike(typed)
      ? PEOPLE.map((kind) => `${kind}:${typed}`)
      : [];
  if (/^\d{1,9}-\d{1,4}$/.test(plain(typed))) candidates.push(`company:${typed}`);
  return candidates.flatMap((one) => {
    const subject = parseSubject(one);
    return subject.ok && (subject.kind === 'person' || subject.kind === 'company') ? [subject.canonical] : [];
  });
}

/** At least five digits and nothing but what numbers are written with: shorter ones name nobody. */
const isNumberlike = (typed: string): boolean =>
  NUMBERLIKE.test(plain(typed)) && plain(typed).replace(/\D/g, '').length >= 5;

const plain = (typed: string): string => asciiDigits(typed).replace(/\p{Pd}|\u2212/gu, '-');
