import { CHANNELS } from '../../../contracts/status.ts';
import { deliveryId } from '../../shared/ids.ts';
import { insertNew } from '../../shared/ledger/index.ts';
import type { Contact, Delivery, Notification, Subscriber } from '../../shared/ledger/types.ts';
import { contactsFor } from '../../shared/policy/contacts.ts';
import type { Context } from '../context.ts';

/** The step of a delivery that tells again: after every step of every plan, so that reading meanwhile stops it. */
export const AGAIN_STEP = 99;

const DAY_MS = 86_400_000;
const BATCH = 200;
const ENDED = ['reached', 'partly_reached', 'not_reached'];
const OVER = ['superseded', 'cancelled'];

type Mark = { _id: string; upTo: Date };

/**
 * Tells mandatory notices that nobody opened for `unreadDays` again, by a channel that did not carry them, once. Goes
 * forward in time from a mark; several processes at once make the same delivery, which exists once. Gives how many.
 */
export async function tellUnreadAgain(context: Context): Promise<number> {
  const { ledger, settings, now } = context;
  if (settings.unreadDays === 0) return 0;
  const marks = ledger.connection.collection<Mark>('marks');
  const until = new Date(now().getTime() - settings.unreadDays * DAY_MS);
  const mark = await marks.findOne({ _id: 'unread' });
  const upTo = mark?.upTo ?? new Date(until.getTime() - DAY_MS);
  const unread: Record<string, unknown> = {
    mandatory: true,
    acceptedAt: { $gte: upTo, $lte: until },
    readAt: null,
    retoldAt: null,
    test: false,
    status: { $in: ENDED },
    reason: { $nin: OVER },
  };
  const found = await ledger.notifications.find(unread).sort({ acceptedAt: 1 }).limit(BATCH).lean<Notification[]>();
  let told = 0;
  for (const notice of found) told += (await tellAgain(context, notice)) ? 1 : 0;
  // What is not settled yet is looked at again: the mark stays a day behind.
  const behind = new Date(until.getTime() - DAY_MS);
  if (found.length < BATCH && behind > upTo)
    await marks.updateOne({ _id: 'unread' }, { $max: { upTo: behind } }, { upsert: true });
  return told;
}

async function tellAgain(
  { ledger, catalogue, settings, metrics, now }: Context,
  notice: Notification,
): Promise<boolean> {
  const at = now();
  const all = await ledger.deliveries.find({ notificationId: { $eq: notice._id } }).lean<Delivery[]>();
  // What a delegate got did not reach the person.
  const deliveries = all.filter(({ mandateId }) => !mandateId);
  const subscriber = await ledger.subscribers.findOne({ _id: { $eq: notice.subscriberId } }).lean<Subscriber>();
  const type = catalogue.type(notice.type)?.type;
  const known = type && type.replay !== false && !type.directToContact;
  const contact = subscriber && known ? otherContact(subscriber.contacts, deliveries, at, settings.staleAfterMs) : null;
  if (contact) {
    await insertNew(ledger.deliveries.collection, [deliveryOf(notice, contact, at)]);
    metrics.registrations.inc({ what: 'told_again' });
  }
  await ledger.notifications.updateOne({ _id: { $eq: notice._id }, retoldAt: null }, { $set: { retoldAt: at } });
  return contact !== null;
}

/** The first usable contact of a channel that carried nothing of the notice yet; null when there is none. Pure. */
export function otherContact(
  contacts: Contact[],
  deliveries: Pick<Delivery, 'channel' | 'status' | 'step'>[],
  now: Date,
  staleAfterMs: number,
): Contact | null {
  if (deliveries.some(({ step }) => step === AGAIN_STEP)) return null;
  for (const channel of CHANNELS) {
    if (deliveries.some((one) => one.channel === channel)) continue;
    const chosen = contactsFor(contacts, channel, { now, staleAfterMs, mandatory: true });
    if ('use' in chosen) return chosen.use[0]!;
  }
  return null;
}

function deliveryOf(notice: Notification, contact: Contact, at: Date): Delivery {
  const { _id: notificationId, subscriberId, entity, type, lane, test, onUnknown, correlationId } = notice;
  return {
    ...{
      _id: deliveryId(notificationId, contact.channel, contact.id),
      notificationId,
      subscriberId,
      entity,
      type,
      lane,
    },
    ...{ contactId: contact.id, channel: contact.channel, step: AGAIN_STEP, ordered: correlationId !== null },
    ...{ status: 'deferred', reason: 'scheduled', test, onUnknown, dueAt: at, queuedAt: null, claim: null },
    ...{ attempts: [], unknowns: 0, provider: null, providerRef: null, segments: null, language: null },
    ...{ sentAt: null, settledAt: null, receipts: [], replays: 0 },
    ...{ expiresAt: new Date(at.getTime() + DAY_MS), createdAt: at, updatedAt: at },
  };
}
