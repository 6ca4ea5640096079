import type { Contact } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { untilWon } from '../store/race.ts';
import { type ProfileView, viewProfile } from '../views.ts';
import { careAfter } from './care.ts';
import { detailOf, noteConsent } from './consent.ts';
import { addressIdOf } from './send-code.ts';

/** Removes a contact and gives its address free. */
export async function removeContact(context: Context, caller: Caller, contactId: string): Promise<Result<null>> {
  const { subscribers, codes, ledger, metrics, now } = context;
  const contact = await contactOf(context, caller, contactId);
  if (!contact) return refuse('contact_unknown');
  await noteConsent(context, caller, 'contact_removed', detailOf(context, contact));
  const removed = await subscribers.removeContact(caller.subscriberId, contactId, now());
  if (!removed) return refuse('contact_unknown');
  await codes.forget(contactId);
  const mine = { _id: addressIdOf(context, removed), subscriberId: caller.subscriberId };
  await untilWon(() => ledger.owners.deleteMany(mine));
  if (removed.main) await subscribers.fillMain(caller.subscriberId, removed.channel, now());
  metrics.registrations.inc({ what: 'contact_removed' });
  return done(null);
}

/** Makes a verified contact the main one of its channel. */
export async function chooseMain(context: Context, caller: Caller, contactId: string): Promise<Result<ProfileView>> {
  const { subscribers, metrics, now } = context;
  const contact = await contactOf(context, caller, contactId);
  if (!contact) return refuse('contact_unknown');
  if (contact.state === 'verified') await noteConsent(context, caller, 'contact_main', detailOf(context, contact));
  if (!(await subscribers.chooseMain(caller.subscriberId, contact, now()))) return refuse('contact_not_verified');
  metrics.registrations.inc({ what: 'main_changed' });
  return profileOf(context, caller);
}

/** The person says that a verified contact is still theirs: it is fresh again from today. */
export async function confirmContact(
  context: Context,
  caller: Caller,
  contactId: string,
): Promise<Result<ProfileView>> {
  const { subscribers, metrics, now } = context;
  const at = now();
  const contact = await contactOf(context, caller, contactId);
  if (contact?.state === 'verified')
    await noteConsent(context, caller, 'contact_confirmed', detailOf(context, contact));
  const careAt = contact ? careAfter(contact.channel, at, context.settings.staleAfterMs) : null;
  const fields = { confirmedAt: at, updatedAt: at, careAt };
  if (!(await subscribers.setContact(caller.subscriberId, contactId, fields, { state: 'verified' })))
    return refuse(contact ? 'contact_not_verified' : 'contact_unknown');
  metrics.registrations.inc({ what: 'contact_confirmed' });
  return profileOf(context, caller);
}

async function contactOf({ subscribers }: Context, caller: Caller, contactId: string): Promise<Contact | undefined> {
  return (await subscribers.find(caller.subscriberId))?.contacts.find(({ id }) => id === contactId);
}

async function profileOf(context: Context, caller: Caller): Promise<Result<ProfileView>> {
  const subscriber = await context.subscribers.find(caller.subscriberId);
  return subscriber ? done(viewProfile(context, caller, subscriber)) : refuse('not_registered');
}
