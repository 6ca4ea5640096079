import { identityOf } from '../../shared/address/canonical.ts';
import { maskAddress } from '../../shared/address/mask.ts';
import { receiptId } from '../../shared/ids.ts';
import type { Contact } from '../../shared/ledger/types.ts';
import type { Caller, Context } from '../context.ts';
import { done, type Result, refuse } from '../result.ts';
import { untilWon } from '../store/race.ts';
import { type ContactView, viewContact } from '../views.ts';
import { careAfter } from './care.ts';
import { detailOf, noteConsent } from './consent.ts';
import { addressIdOf } from './send-code.ts';

const NOT_TOLD = 'not_told';

/**
 * Marks a contact as verified for a person who has just proved it, and takes its address over from whoever held it.
 * An address has one owner: of two who prove it at once the later claim stands.
 */
export async function claimContact(context: Context, caller: Caller, contactId: string): Promise<Result<ContactView>> {
  const { subscribers, ledger, metrics, now } = context;
  const me = caller.subscriberId;
  const contact = await findContact(context, me, contactId);
  if (!contact) return refuse('contact_unknown');
  const addressId = addressIdOf(context, contact);
  try {
    await takeOwnership(context, contact, addressId, me);
  } catch (error) {
    if ((error as { code?: string }).code !== NOT_TOLD) throw error;
    return refuse('unavailable', { retryAfterSeconds: 2 });
  }
  const at = now();
  const proved = {
    state: 'verified',
    reason: null,
    verifiedAt: at,
    confirmedAt: at,
    softBounces: 0,
    updatedAt: at,
    careAt: careAfter(contact.channel, at, context.settings.staleAfterMs),
  } as const;
  await noteConsent(context, caller, 'contact_verified', detailOf(context, contact));
  await subscribers.setContact(me, contactId, proved);
  const owner = await ledger.owners.findOne({ _id: { $eq: addressId } }).lean();
  // Between our claim and our mark somebody else proved it: their mark on us may have come too early to stay.
  if (owner && owner.subscriberId !== me) await loseContact(context, owner.subscriberId, me, contactId);
  await subscribers.fillMain(me, contact.channel, now());
  metrics.registrations.inc({ what: 'contact_verified' });
  const verified = await findContact(context, me, contactId);
  return verified ? done(viewContact(context, caller, verified)) : refuse('contact_unknown');
}

/** Compare-and-set on the owner's document, until nobody came between. */
async function takeOwnership(context: Context, contact: Contact, addressId: string, me: string): Promise<void> {
  const { owners } = context.ledger;
  await untilWon(async () => {
    const owner = await owners.findOne({ _id: { $eq: addressId } }).lean();
    if (owner?.subscriberId === me) return;
    if (!owner) {
      await owners.create({ _id: addressId, subscriberId: me, at: context.now() });
      return;
    }
    const theirs = contactIdOf(context, owner.subscriberId, contact);
    // Before, so that a crash in between leaves nobody with an address that is no longer theirs; after, because they
    // may have proved it in between. The second mark finds nothing when the first was enough.
    await loseContact(context, me, owner.subscriberId, theirs);
    const change = { $set: { subscriberId: me, at: context.now() } };
    const moved = await owners.updateOne({ _id: addressId, subscriberId: owner.subscriberId }, change);
    if (moved.modifiedCount === 0) throw Object.assign(new Error('the owner changed meanwhile'), { code: 11000 });
    await loseContact(context, me, owner.subscriberId, theirs);
  });
}

/**
 * Marks the contact of one who no longer holds the address, and tells that person, once. When the notice cannot be
 * published the mark is taken back and the step fails, so that the next proof does both.
 */
async function loseContact(context: Context, winner: string, loser: string, contactId: string): Promise<void> {
  const { subscribers, consents, metrics, now } = context;
  const lost = { state: 'taken_over', reason: null, main: false, updatedAt: now(), careAt: null } as const;
  const before = await findContact(context, loser, contactId);
  const wasVerified = { state: { $nin: ['taken_over', 'unverified'] } };
  if (!before || !(await subscribers.setContact(loser, contactId, lost, wasVerified))) return;
  try {
    await tellLoser(context, winner, loser, before);
  } catch {
    const { state, reason, main, careAt = null } = before;
    await subscribers.setContact(loser, contactId, { state, reason, main, careAt }, { state: 'taken_over' });
    throw Object.assign(new Error('the holder before could not be told'), { code: NOT_TOLD, retryable: true });
  }
  const detail = detailOf(context, before);
  await consents.note({ subscriberId: loser, what: 'contact_lost', by: 'other', at: now(), detail });
  metrics.registrations.inc({ what: 'contact_taken_over' });
  await subscribers.fillMain(loser, before.channel, now());
}

async function tellLoser(
  { subscribers, sealer, publish, now }: Context,
  winner: string,
  loser: string,
  contact: Contact,
) {
  const subscriber = await subscribers.find(loser);
  if (!subscriber) return;
  const time = now();
  const masked = maskAddress(contact.kind, sealer.open(contact.address, 'address'));
  await publish({
    specversion: '1.0',
    id: receiptId('taken-over', contact.id, winner, time.getTime()),
    source: '/notifyme',
    type: 'bh.gov.notifyme.contact.taken-over.v1',
    subject: sealer.open(subscriber.subject, 'subject'),
    time: time.toISOString(),
    datacontenttype: 'application/json',
    data: { channel: contact.channel, masked },
  });
}

async function findContact({ subscribers }: Context, subscriberId: string, contactId: string): Promise<Contact | null> {
  const subscriber = await subscribers.find(subscriberId);
  return subscriber?.contacts.find(({ id }) => id === contactId) ?? null;
}

function contactIdOf({ blind, sealer }: Context, subscriberId: string, { channel, kind, address }: Contact): string {
  return blind.contactId(subscriberId, channel, identityOf(kind, sealer.open(address, 'address')));
}
