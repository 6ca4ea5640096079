import Handlebars from 'handlebars';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { dateText } from '../../../shared/web/view-helpers.ts';
import type { Block } from '../../use-cases/register.ts';
import type { ContactView } from '../../views.ts';
import type { Visit } from '../kit/types.ts';

const TONES: Record<ContactView['state'], 'good' | 'warn' | 'bad'> = {
  verified: 'good',
  unverified: 'warn',
  stale: 'warn',
  suspect: 'bad',
  suppressed: 'bad',
  opted_out: 'bad',
  taken_over: 'bad',
};

/** From two months before a contact goes stale the page offers to confirm it. */
const OFFER_MS = 61 * 86_400_000;

/** One contact as a card: its state in words, what blocks it besides, and what can be done about it. */
export function contactRow(contact: ContactView, visit: Visit, timeZone: string, block?: Block) {
  const { language, context } = visit;
  const { id, kind, state, main, verifiedAt, confirmedAt } = contact;
  const since = confirmedAt ?? verifiedAt;
  const until = since && new Date(since.getTime() + context.settings.staleAfterMs);
  const words = (at: Date | null) => (at ? dateText(at, language, timeZone, { dateStyle: 'long' }) : '');
  const isDevice = kind !== 'mobile' && kind !== 'email';
  const explained = { verified: words(verifiedAt), until: words(until), since: words(since) };
  return {
    path: `/contacts/${id}`,
    address: nameOf({ language }, contact),
    kindKey: `contacts.kind.${kind}`,
    stateKey: `contacts.state.${state}`,
    tone: TONES[state],
    main: main && !isDevice,
    explain: new Handlebars.SafeString(
      language.text.html(`contacts.explain.${state === 'verified' && isDevice ? 'device' : state}`, explained),
    ),
    blocked: block && blockWords(block, visit, timeZone),
    // A code would not arrive where everything is blocked.
    canVerify: !isDevice && !['verified', 'stale'].includes(state) && !block?.all,
    canConfirm:
      state === 'stale' || (state === 'verified' && !isDevice && until !== null && isNear(until, context.now())),
    canBeMain: state === 'verified' && !main && !isDevice,
    canChange: !isDevice,
  };
}

function blockWords({ since, until, all }: Block, { language }: Visit, timeZone: string) {
  const words = (at: Date) => dateText(at, language, timeZone, { dateStyle: 'long' });
  const values = { since: words(since), ends: until ? 'yes' : 'no', until: until ? words(until) : '' };
  return new Handlebars.SafeString(
    language.text.html(all ? 'contacts.blocked.all' : 'contacts.blocked.optional', values),
  );
}

const isNear = (until: Date, now: Date): boolean => until.getTime() - now.getTime() < OFFER_MS;

/** What a contact is called: the kind of a device, or the number or address itself. */
export const nameOf = ({ language }: Pick<Visit, 'language'>, contact: ContactView): string =>
  contact.kind === 'mobile' || contact.kind === 'email'
    ? shownAddress(contact)
    : language.text.plain(`contacts.kind.${contact.kind}`);

/** A contact as people read it: a number in groups of digits that stay on one line, an address as it is. */
export function shownAddress({ kind, address, masked }: Pick<ContactView, 'kind' | 'address' | 'masked'>): string {
  if (kind !== 'mobile' || !address) return address ?? masked;
  return parsePhoneNumberFromString(address)?.formatInternational().replaceAll(' ', '\u00a0') ?? address;
}
