import type { Notification } from '../ledger/types.ts';
import type { CheckedEvent } from './check-event.ts';

export type FirstNotification = {
  id: string;
  subscriberId: string;
  checked: Extract<CheckedEvent, { ok: true }>;
  /** `data` as JSON, sealed with the context `data`. */
  sealedData: string;
  test: boolean;
  traceparent: string | null;
  acceptedAt: Date;
};

/**
 * The notification as it stands before anything was decided: status `accepted`, no position in Kafka yet. Ingest stores
 * it before it answers; the router starts from the same when an event came straight to Kafka.
 */
export function firstNotification(from: FirstNotification): Notification {
  const { event, entity, type, subject } = from.checked;
  const notBefore = event.notbefore ? new Date(event.notbefore) : null;
  return {
    _id: from.id,
    entity: entity.entity,
    source: event.source,
    eventId: event.id,
    type: event.type,
    subscriberId: from.subscriberId,
    status: 'accepted',
    reason: null,
    category: type.category,
    mandatory: type.mandatory,
    lane: type.lane,
    sensitivity: type.sensitivity,
    onUnknown: type.onUnknown,
    correlationId: event.correlationid ?? null,
    ...(event.causationid !== undefined && { causationId: event.causationid }),
    sequence: event.sequence === undefined ? null : Number(event.sequence),
    data: from.sealedData,
    decisions: [],
    test: from.test,
    simulate: subject.kind === 'simulator' ? subject.number : null,
    traceparent: from.traceparent,
    position: null,
    eventTime: event.time ? new Date(event.time) : null,
    acceptedAt: from.acceptedAt,
    routedAt: null,
    notBefore,
    expiresAt: expiryOf(event.expirytime, notBefore ?? from.acceptedAt, from.acceptedAt, type.ttlSeconds),
    cancelledAt: null,
    readAt: null,
    outcomeAt: null,
    outcomeClaim: null,
    outcomeTold: true,
    outcomeRevision: 0,
    handedOffAt: null,
    audienceOf: null,
    duplicates: 0,
  };
}

/** The type's time to live counts from the moment the notice may first be sent; the event's own expiry can only shorten it. */
function expiryOf(expirytime: string | undefined, notBefore: Date, acceptedAt: Date, ttlSeconds: number): Date {
  const lives = Math.max(notBefore.getTime(), acceptedAt.getTime()) + ttlSeconds * 1000;
  return new Date(expirytime ? Math.min(Date.parse(expirytime), lives) : lives);
}
