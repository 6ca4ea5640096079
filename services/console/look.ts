import type { Sealer } from '../shared/crypto/field.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Subscriber } from '../shared/ledger/types.ts';
import { createRecordAccess, type Lookup } from '../shared/record-access.ts';
import { recordAct } from './acts.ts';
import type { Personal } from './search/box.ts';
import { type FoundPerson, findPeople } from './search/people.ts';

export type LookDeps = {
  ledger: Pick<Ledger, 'connection' | 'subscribers' | 'owners' | 'notifications'>;
  sealer: Sealer;
  clock: () => Date;
};
/** Who looks, as the sign-in names them, and why. */
export type Looker = { by: string; because: string };

/**
 * Finds people by a typed number or address. The act is in the audit trail before anything is looked up, and everybody
 * who is found can see in their record that somebody looked: when either cannot be written, nothing is shown.
 */
export async function findByNumber(personal: Personal, looker: Looker, deps: LookDeps): Promise<FoundPerson[]> {
  const details = { id: [...personal.subscriberIds, ...personal.addressIds] };
  await recordAct(deps.ledger, { kind: 'person_search', ...looker, details }, deps.clock());
  const people = await findPeople(personal, deps.ledger);
  for (const { subscriberId } of people) await note(subscriberId, 'record', looker, deps);
  return people;
}

/** Before the contacts of one person are shown, masked: an act, and the person can see it. */
export async function noteContacts(subscriberId: string, looker: Looker, deps: LookDeps): Promise<void> {
  const act = { kind: 'contact_lookup', ...looker, details: { id: subscriberId } } as const;
  await recordAct(deps.ledger, act, deps.clock());
  await note(subscriberId, 'contacts', looker, deps);
}

/** One address in the clear: an act of its own each time. Null when the person has no such contact any more. */
export async function revealAddress(
  { subscriberId, contactId }: { subscriberId: string; contactId: string },
  looker: Looker,
  deps: LookDeps,
): Promise<string | null> {
  const details = { id: [subscriberId, contactId] };
  await recordAct(deps.ledger, { kind: 'address_reveal', ...looker, details }, deps.clock());
  await note(subscriberId, 'contacts', looker, deps);
  const person = await deps.ledger.subscribers.findOne({ _id: subscriberId }).lean<Subscriber>();
  const contact = person?.contacts.find(({ id }) => id === contactId);
  return contact ? deps.sealer.open(contact.address, 'address') : null;
}

/** Writes into a person's own record that an operator looked at their notices. */
export const noteNotices = (subscriberId: string, looker: { by: string; because: string | null }, deps: LookDeps) =>
  note(subscriberId, 'notices', looker, deps);

async function note(
  subscriberId: string,
  what: Lookup['what'],
  { by: actor, because }: { by: string; because: string | null },
  { ledger, sealer, clock }: LookDeps,
): Promise<void> {
  const access = await createRecordAccess(ledger, sealer);
  await access.note({ subscriberId, by: 'operator', actor, what, because, at: clock() });
}
