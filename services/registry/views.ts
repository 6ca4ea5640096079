import { REASONS } from '../../contracts/status.ts';
import { maskAddress } from '../shared/address/mask.ts';
import type { Area, Contact, Subscriber } from '../shared/ledger/types.ts';
import { contactFault } from '../shared/policy/contacts.ts';
import type { Caller, Context } from './context.ts';

export type ContactView = {
  id: string;
  channel: Contact['channel'];
  kind: Contact['kind'];
  /** In full for the person; an officer sees only `masked`. */
  address?: string;
  masked: string;
  state: Contact['state'] | 'stale';
  main: boolean;
  verifiedAt: Date | null;
  confirmedAt: Date | null;
  updatedAt: Date;
};

export type ProfileView = Pick<
  Subscriber,
  'language' | 'languageByChannel' | 'timeZone' | 'quietHours' | 'createdAt' | 'updatedAt'
> & {
  /** Where the person lives; null when they said nothing. */
  area: Area | null;
  id: string;
  kind: Subscriber['kind'];
  /** True when at least one contact is verified and fresh: the one word that pages show. */
  canBeNotified: boolean;
  contacts: ContactView[];
};

/** A subscriber as the person or an officer may see it: never the national number. */
export function viewProfile(context: Context, caller: Caller, subscriber: Subscriber): ProfileView {
  const contacts = subscriber.contacts.map((contact) => viewContact(context, caller, contact));
  const { language, languageByChannel, timeZone, quietHours, area = null, createdAt, updatedAt } = subscriber;
  return {
    id: subscriber._id,
    kind: subscriber.kind,
    language,
    languageByChannel,
    timeZone,
    quietHours,
    area,
    canBeNotified: contacts.some(({ state }) => state === 'verified'),
    contacts,
    createdAt,
    updatedAt,
  };
}

/** One contact; `stale` stands for verified, but not confirmed for longer than the limit. */
export function viewContact({ sealer, now, settings }: Context, { by }: Caller, contact: Contact): ContactView {
  const { id, channel, kind, main, verifiedAt, confirmedAt, updatedAt } = contact;
  const address = sealer.open(contact.address, 'address');
  const fault = contactFault(contact, { now: now(), staleAfterMs: settings.staleAfterMs, mandatory: false });
  return {
    id,
    channel,
    kind,
    ...(by === 'person' && kind !== 'webpush' && { address }),
    masked: maskAddress(kind, address),
    state: fault === 'stale_contact' ? 'stale' : contact.state,
    main,
    verifiedAt,
    confirmedAt,
    updatedAt,
  };
}

/** A reason of the closed list in both languages. */
export const viewReason = (reason: keyof typeof REASONS | null) =>
  reason === null ? null : { code: reason, en: REASONS[reason].en, ar: REASONS[reason].ar };
