import { maskAddress } from '../shared/address/mask.ts';
import type { Contact } from '../shared/ledger/types.ts';
import { recipientOf } from '../shared/recipient.ts';
import { actOf, type ContactChange } from './act.ts';
import type { Matched, ReceiptDeps } from './deps.ts';

/** So many soft bounces in a row make a contact suspect. */
export const SOFT_LIMIT = 5;

type Target = { subscriberId: string; contactId: string };

/** Does to contacts what evidence says about them; every change is conditional, so doing it again changes nothing. */
export async function applyEffects(matched: Matched[], deps: ReceiptDeps, now: Date): Promise<void> {
  for (const item of matched) {
    const { contactId } = item.delivery;
    const contact = item.subscriber?.contacts.find(({ id }) => id === contactId);
    const act = actOf(item, contact);
    if (!act) continue;
    const target = { subscriberId: recipientOf(item.delivery), contactId };
    if (act.kind === 'change') await changeAsTold(target, contact, item.receipt, act.change, deps, now);
    else if (act.kind === 'remove') await removeDevice(target, deps, now);
    else if (act.kind === 'forget') await forgetSoft(target, deps);
    else await countSoft(target, item.receipt, deps, now);
  }
}

/** `careAt` is how the register finds a suspect contact, to ask the person to mend it. */
const fieldsOf = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`contacts.$[one].${name}`, value]));

/** The person's own word, STOP or START, is noted in their history of consent before the change that it makes. */
export async function changeAsTold(
  target: Target,
  contact: Contact | undefined,
  { kind }: Pick<Matched['receipt'], 'kind'>,
  wanted: ContactChange,
  deps: ReceiptDeps,
  now: Date,
): Promise<void> {
  const said = kind === 'opted_out' || kind === 'opted_in' ? kind : null;
  if (said && contact && wanted.from.includes(contact.state)) {
    const { channel, kind: what, address } = contact;
    const detail = { channel, kind: what, masked: maskAddress(what, deps.sealer.open(address, 'address')) };
    await deps.consents.note({ subscriberId: target.subscriberId, what: said, by: 'person', at: now, detail });
  }
  await changeContact(target, wanted, deps, now);
}

async function changeContact(
  { subscriberId, contactId }: Target,
  { from, to, reason }: ContactChange,
  { ledger }: ReceiptDeps,
  now: Date,
) {
  await ledger.subscribers.collection.updateOne(
    { _id: subscriberId as never, contacts: { $elemMatch: { id: contactId, state: { $in: from } } } },
    { $set: fieldsOf({ state: to, reason, updatedAt: now, ...(to === 'suspect' && { careAt: now }) }) },
    { arrayFilters: [{ 'one.id': contactId, 'one.state': { $in: from } }] },
  );
}

/** A device that is gone is forgotten; a renewed subscription has another id and stays (RFC 8030 section 7.3). */
async function removeDevice({ subscriberId, contactId }: Target, { ledger }: ReceiptDeps, now: Date) {
  await ledger.subscribers.collection.updateOne(
    { _id: subscriberId as never },
    { $pull: { contacts: { id: contactId, channel: 'push' } } as never, $set: { updatedAt: now } },
  );
}

/** Something arrived: the soft bounces before it were not in a row with those to come. */
async function forgetSoft({ subscriberId, contactId }: Target, { ledger }: ReceiptDeps) {
  await ledger.subscribers.collection.updateOne(
    { _id: subscriberId as never, contacts: { $elemMatch: { id: contactId } } },
    { $set: { 'contacts.$[one].softBounces': 0, 'contacts.$[one].counted': [] } },
    { arrayFilters: [{ 'one.id': contactId }] },
  );
}

async function countSoft(target: Target, { id, reason }: Matched['receipt'], deps: ReceiptDeps, now: Date) {
  const { subscriberId, contactId } = target;
  const { collection } = deps.ledger.subscribers;
  await collection.updateOne(
    { _id: subscriberId as never, contacts: { $elemMatch: { id: contactId, counted: { $ne: id } } } },
    { $inc: { 'contacts.$[one].softBounces': 1 }, $push: { 'contacts.$[one].counted': id } as never },
    { arrayFilters: [{ 'one.id': contactId }] },
  );
  const full = { id: contactId, state: 'verified', softBounces: { $gte: SOFT_LIMIT } };
  const suspect = { state: 'suspect', reason: reason ?? null, updatedAt: now, careAt: now };
  await collection.updateOne(
    { _id: subscriberId as never, contacts: { $elemMatch: full } },
    { $set: fieldsOf(suspect) },
    { arrayFilters: [{ 'one.id': contactId }] },
  );
}
