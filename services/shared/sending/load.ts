import type { Ledger } from '../ledger/index.ts';
import type { Delivery, Notification, Subscriber, Suppression } from '../ledger/types.ts';
import { findMandates, type Mandate } from '../mandates.ts';
import { createGone, type Gone } from '../policy/case-order.ts';
import { simulatedSubscriber } from '../policy/simulated.ts';
import { type AddressKeys, listedContacts } from './listed.ts';

export type Loaded = {
  delivery: Delivery;
  notification: Notification | null;
  subscriber: Subscriber | null;
  superseded: boolean;
  /** Of a delivery that goes to a delegate: the mandate and the delegate as they are now. */
  under?: Under | null;
  /** What the suppression list says about the address. */
  listed?: Suppression | null;
};

/** Null stands for what is not there any more. */
export type Under = { mandate: Mandate | null; delegate: Subscriber | null };

/** What the rules of sending need to know about claimed deliveries, in at most six queries. */
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
  const [gone, listed] = await Promise.all([
    goneOf(ledger, notices),
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
      superseded: notification !== null && gone.supersedes(notification),
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

/** What has gone out of the cases that the notices belong to; nothing is asked when none belongs to one. */
async function goneOf(ledger: Ledger, notices: Notification[]): Promise<Gone> {
  const ofCases = notices.filter(({ correlationId }) => correlationId !== null);
  if (ofCases.length === 0) return createGone();
  const gone = await ledger.notifications
    .find({
      subscriberId: { $in: [...new Set(ofCases.map(({ subscriberId }) => subscriberId))] },
      correlationId: { $in: [...new Set(ofCases.map(({ correlationId }) => correlationId))] },
      handedOffAt: { $ne: null },
    })
    .select({ entity: 1, subscriberId: 1, correlationId: 1, sequence: 1, eventTime: 1, acceptedAt: 1, test: 1 })
    .lean<Notification[]>();
  return createGone(gone);
}
