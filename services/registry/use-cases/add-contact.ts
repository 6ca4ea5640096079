import type { CanonicalAddress } from '../../shared/address/canonical.ts';
import type { Contact } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { type ContactView, viewContact } from '../views.ts';
import { claimContact } from './claim-contact.ts';
import { detailOf, noteConsent } from './consent.ts';
import { saveProfile } from './register.ts';
import { type CodeSent, sendCode } from './send-code.ts';

export type AddedContact = ContactView & { verification: CodeSent | null };

/**
 * Adds a contact and has it proved: a number or mail address by a code, a push endpoint by its possession. Another
 * spelling of a contact that is there is that contact. Who else holds the address changes nothing in the answer.
 */
export async function addContact(
  context: Context,
  caller: Caller,
  address: CanonicalAddress,
): Promise<Result<AddedContact>> {
  await saveProfile(context, caller);
  const added = await storeContact(context, caller, address);
  if (!added.ok) return added;
  if (added.value.state === 'verified' && address.channel !== 'push')
    return done({ ...viewContact(context, caller, added.value), verification: null });
  return address.channel === 'push'
    ? provePush(context, caller, added.value, address)
    : proveByCode(context, caller, added.value);
}

async function storeContact(context: Context, caller: Caller, address: CanonicalAddress): Promise<Result<Contact>> {
  const { subscribers, settings, metrics } = context;
  const contact = freshContact(context, caller, address);
  if (await subscribers.addContact(caller.subscriberId, contact, settings.maxContacts)) {
    await noteConsent(context, caller, 'contact_added', detailOf(context, contact));
    metrics.registrations.inc({ what: 'contact_added' });
    return done(contact);
  }
  const subscriber = await subscribers.find(caller.subscriberId);
  const found = subscriber?.contacts.find(({ id }) => id === contact.id);
  return found ? done(found) : refuse('too_many_contacts', { extra: { limit: settings.maxContacts } });
}

function freshContact({ blind, sealer, now }: Context, caller: Caller, address: CanonicalAddress): Contact {
  return {
    id: blind.contactId(caller.subscriberId, address.channel, address.identity),
    channel: address.channel,
    kind: address.kind,
    address: sealer.seal(address.address, 'address'),
    state: 'unverified',
    reason: 'unverified_contact',
    main: false,
    softBounces: 0,
    verifiedAt: null,
    confirmedAt: null,
    updatedAt: now(),
  };
}

async function proveByCode(context: Context, caller: Caller, contact: Contact): Promise<Result<AddedContact>> {
  const sent = await sendCode(context, caller, contact, { again: false });
  return sent.ok ? done({ ...viewContact(context, caller, contact), verification: sent.value }) : sent;
}

/** The keys of a known endpoint may be new, so they are stored each time. */
async function provePush(
  context: Context,
  caller: Caller,
  { id }: Contact,
  { address }: CanonicalAddress,
): Promise<Result<AddedContact>> {
  const { subscribers, sealer } = context;
  await subscribers.setContact(caller.subscriberId, id, { address: sealer.seal(address, 'address') });
  const verified = await claimContact(context, caller, id);
  return verified.ok ? done({ ...verified.value, verification: null }) : verified;
}
