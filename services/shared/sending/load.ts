import type { Ledger } from '../ledger/index.ts';
import type { Delivery, Notification, Subscriber, Suppression } from '../ledger/types.ts';
import { findMandates, type Mandate } from '../mandates.ts';
import { simulatedSubscriber } from '../policy/simulated.ts';
import { aheadOf } from './ahead.ts';
import { type AddressKeys, listedContacts } from './listed.ts';

export type Loaded = {
  delivery: Delivery;
  notification: Notification | null;
  subscriber: Subscriber | null;
  superseded: boolean;
  /** Until when to wait for word of a newer notice of the same case that may have gone out by this channel. */
  unclearUntil?: Date | null;
  /** Of a delivery that goes to a delegate: the mandate and the delegate as they are now. */
  under?: Under | null;
  /** What the suppression list says about the address. */
  listed?: Suppression | null;
};

/** Null stands for what is not there any more. */
export type Under = { mandate: Mandate | null; delegate: Subscriber | null };

/** What the rules of sending need to know about claimed deliveries, in at most seven queries. */
export async function loadForSending(
  ledger: Ledger,
  deliveries: Delivery[],
  now: Date,
  keys: AddressKeys,
): Promise<Loaded[]> {
  const notificationIds = [...new Set(deliveries.map(({ notificationId }) => notificationId))];
  const subscriberIds = [
    ...new Set(deliveries.flatMap(({ subscriberId, delegateId }) => [subscriberId, delegateId ?? subscriberId])),
  ];
  const mandateIds = deliveries.flatMap(({ mandateId }) => mandateId ?? []);
  const [notices, people, mandates] = await Promise.all([
    ledger.notifications.find({ _id: { $in: notificationIds } }).lean<Notification[]>(),
    ledger.subscribers.find({ _id: { $in: subscriberIds } }).lean<Subscriber[]>(),
    findMandates(ledger, mandateIds),
  ]);
  const cancelled = await cancelledAudiences(ledger, notices);
  const notifications = new Map(
    notices.map((notice) => [
      notice._id,
      { ...notice, cancelledAt: notice.cancelledAt ?? cancelled.get(notice.audienceOf ?? '') ?? null },
    ]),
  );
  const subscribers = new Map(people.map((person) => [person._id, person]));
  const [ahead, listed] = await Promise.all([
    aheadOf(ledger, notices, deliveries),
    listedContacts(ledger, deliveries, subscribers, keys),
  ]);
  return deliveries.map((delivery) => {
    const notification = notifications.get(delivery.notificationId) ?? null;
    const { subscriberId } = delivery;
    const simulated = notification?.simulate ? simulatedSubscriber(subscriberId, notification.simulate, now) : null;
    return {
      delivery,
      notification,
      subscriber: simulated ?? subscribers.get(subscriberId) ?? null,
      superseded: notification !== null && ahead.gone.supersedes(notification),
      unclearUntil: notification && ahead.unclearUntil(notification, delivery, now),
      under: underOf(delivery, mandates, subscribers),
      listed: listed.get(delivery.contactId) ?? null,
    };
  });
}

function underOf(
  { mandateId, delegateId = '' }: Delivery,
  mandates: Map<string, Mandate>,
  people: Map<string, Subscriber>,
): Under | null {
  if (!mandateId) return null;
  return { mandate: mandates.get(mandateId) ?? null, delegate: people.get(delegateId) ?? null };
}

/** When the audience notices that these belong to were cancelled: then those of its people do not go out either. */
async function cancelledAudiences(ledger: Ledger, notices: Notification[]): Promise<Map<string, Date>> {
  const parents = [...new Set(notices.flatMap(({ audienceOf }) => audienceOf ?? []))];
  if (parents.length === 0) return new Map();
  const cancelled = await ledger.notifications
    .find({ _id: { $in: parents }, cancelledAt: { $ne: null } })
    .select({ cancelledAt: 1 })
    .lean<{ _id: string; cancelledAt: Date }[]>();
  return new Map(cancelled.map(({ _id, cancelledAt }) => [_id, cancelledAt]));
}
