import type { Channel, Reason } from '../../../contracts/status.ts';
import type { Contact, Suppression } from '../ledger/types.ts';

/** So many months of mean length, in milliseconds. */
export const monthsMs = (months: number): number => months * 30.4375 * 86_400_000;

export type ContactRules = { now: Date; staleAfterMs: number; mandatory: boolean };

/** Why this contact may not be used now, or null when it may. A stale one may belong to somebody else by now. */
export function contactFault(contact: Contact, { now, staleAfterMs, mandatory }: ContactRules): Reason | null {
  switch (contact.state) {
    case 'unverified':
    case 'taken_over':
      return 'unverified_contact';
    case 'suspect':
      return 'suspect_contact';
    case 'opted_out':
      return 'opted_out';
    case 'suppressed':
      if (stops(contact.reason, mandatory)) return 'suppressed';
      break;
    case 'verified':
      break;
    default:
      throw new Error(`unknown contact state ${contact.state satisfies never}`);
  }
  const confirmed = contact.confirmedAt ?? contact.verifiedAt;
  if (contact.channel !== 'push' && confirmed && now.getTime() - confirmed.getTime() > staleAfterMs)
    return 'stale_contact';
  return null;
}

/**
 * Why an address on the suppression list may not be used now, whoever holds it; null when it may. This also goes for the
 * codes that prove a contact: a number that is flooded with them is what the list is for.
 */
export const listedFault = (
  listed: Pick<Suppression, 'source' | 'until'> | null,
  { now, mandatory }: Pick<ContactRules, 'now' | 'mandatory'>,
): Reason | null =>
  listed && (listed.until === null || listed.until > now) && stops(listed.source, mandatory) ? 'suppressed' : null;

/** A complaint stops optional notices only; people still get what the law makes us send. */
const stops = (why: Reason | Suppression['source'] | null, mandatory: boolean): boolean =>
  !mandatory || why !== 'complaint';

/** The contacts to use on a channel: every device for push, the main (else the first) usable one otherwise; or why none. */
export function contactsFor(
  contacts: Contact[],
  channel: Channel,
  rules: ContactRules,
): { use: Contact[] } | { fault: Reason } {
  const mine = contacts.filter((contact) => contact.channel === channel);
  const usable = mine.filter((contact) => contactFault(contact, rules) === null);
  if (usable.length === 0)
    return { fault: mine[0] ? (contactFault(mine.find((c) => c.main) ?? mine[0], rules) as Reason) : 'no_contact' };
  if (channel === 'push') return { use: usable };
  return { use: [usable.find((contact) => contact.main) ?? usable[0]!] };
}
