import type { Sealer } from '../shared/crypto/field.ts';
import { firstNotification } from '../shared/event/first-notification.ts';
import type { AcceptedEvent } from '../shared/event/open-message.ts';
import { deliveryId, notificationId } from '../shared/ids.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';
import type { Notice, Verdict } from './decide.ts';

export const positionOf = ({ message }: { message: { topic: string; partition: number; offset: string } }): string =>
  `${message.topic}/${message.partition}/${message.offset}`;

/** A notification as it is before anything is decided: everything that the event and the catalogue say. */
export function draftNotification(accepted: AcceptedEvent, subscriberId: string, sealer: Sealer): Notification {
  const { event, message, test } = accepted;
  const first = firstNotification({
    id: notificationId(event.source, event.id, subscriberId),
    subscriberId,
    checked: accepted,
    sealedData: sealer.seal(JSON.stringify(event.data), 'data'),
    test,
    traceparent: accepted.traceparent,
    acceptedAt: message.at,
  });
  return { ...first, position: positionOf(accepted) };
}

/** What deciding needs to know of a notice. */
export function toNotice(accepted: AcceptedEvent, draft: Notification, cancelled: boolean): Notice {
  const { type, event } = accepted;
  return {
    entity: draft.entity,
    category: draft.category,
    mandatory: draft.mandatory,
    urgent: draft.lane === 'urgent',
    plan: type.plan.map(({ channels, waitSeconds = 0 }) => ({ channels, waitSeconds })),
    notBefore: draft.notBefore,
    expiresAt: draft.expiresAt,
    cancelled,
    onlyContactId: type.directToContact ? String((event.data as { contactId?: string }).contactId) : null,
    forDelegates:
      type.replay !== false && !type.directToContact && draft.entity !== 'notifyme' && draft.audienceOf === null,
  };
}

/** The notification after the verdict; an end is its outcome at once. */
export function withVerdict(draft: Notification, verdict: Verdict, now: Date): Notification {
  const decided = { ...draft, decisions: verdict.decisions, routedAt: now };
  if (verdict.kind === 'route') return { ...decided, status: 'routed' };
  return { ...decided, status: verdict.status, reason: verdict.reason, outcomeAt: now, outcomeTold: false };
}

/**
 * The deliveries that the stored decisions ask for. Deriving them again gives the same ids. What is queued is looked
 * after when nobody claimed it within `queuePatienceMs`.
 */
export function deliveriesOf(notification: Notification, now: Date, queuePatienceMs: number): Delivery[] {
  return notification.decisions.flatMap((made): Delivery[] => {
    const { channel, step, decision, reason, contactId, dueAt, mandateId, delegateId } = made;
    if (decision === 'skip' || contactId === null) return [];
    const queued = decision === 'send';
    return [
      {
        _id: deliveryId(notification._id, channel, contactId),
        notificationId: notification._id,
        subscriberId: notification.subscriberId,
        contactId,
        ...(mandateId && { mandateId, delegateId }),
        entity: notification.entity,
        type: notification.type,
        channel,
        lane: notification.lane,
        step,
        ordered: notification.correlationId !== null,
        status: queued ? 'queued' : 'deferred',
        reason,
        test: notification.test,
        onUnknown: notification.onUnknown,
        dueAt: queued ? new Date(now.getTime() + queuePatienceMs) : dueAt,
        queuedAt: queued ? now : null,
        claim: null,
        attempts: [],
        unknowns: 0,
        provider: null,
        providerRef: null,
        segments: null,
        language: null,
        sentAt: null,
        settledAt: null,
        receipts: [],
        replays: 0,
        expiresAt: notification.expiresAt,
        createdAt: now,
        updatedAt: now,
      },
    ];
  });
}
