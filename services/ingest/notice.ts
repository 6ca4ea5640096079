import { REASONS, type Reason } from '../../contracts/status.ts';
import { problem } from '../shared/http/problem.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Audience, Delivery, Notification } from '../shared/ledger/types.ts';

/**
 * The story of a notice for the entity that published it: decisions, deliveries, attempts and receipts, each with its
 * reason in both languages. Never an address, nor an id by which two entities could tell that it is the same person,
 * nor a provider's reference. Throws 404 for a notice of another entity.
 */
export async function readNotice(id: string, entity: string, ledger: Ledger) {
  const notice = await ledger.notifications.findOne({ _id: id, entity }).lean<Notification>();
  if (!notice) throw problem('not_found');
  const [deliveries, audience] = await Promise.all([
    ledger.deliveries.find({ notificationId: id }).sort({ step: 1, _id: 1 }).lean<Delivery[]>(),
    ledger.audiences.findOne({ _id: id }).select({ status: 1, counts: 1 }).lean<Pick<Audience, 'status' | 'counts'>>(),
  ]);
  const { source, eventId, type, status, test, correlationId, traceparent, decisions } = notice;
  const { acceptedAt, routedAt, notBefore, expiresAt, cancelledAt, outcomeAt } = notice;
  return {
    id,
    source,
    eventId,
    type,
    status,
    reason: reasonOf(notice.reason),
    test,
    correlationId,
    traceparent,
    acceptedAt,
    routedAt,
    notBefore,
    expiresAt,
    cancelledAt,
    outcomeAt,
    decisions: decisions.map(({ channel, step, decision, reason, dueAt, mandateId }) => ({
      channel,
      step,
      decision,
      reason: reasonOf(reason),
      dueAt,
      ...(mandateId && TO_DELEGATE),
    })),
    deliveries: deliveries.map(describeDelivery),
    ...(audience && { audience: { status: audience.status, ...audience.counts } }),
  };
}

function describeDelivery(delivery: Delivery) {
  const { _id, channel, step, status, language, segments, queuedAt, dueAt, sentAt, settledAt, expiresAt } = delivery;
  return {
    id: _id,
    channel,
    step,
    status,
    reason: reasonOf(delivery.reason),
    language,
    segments,
    queuedAt,
    dueAt,
    sentAt,
    settledAt,
    expiresAt,
    ...(delivery.mandateId && TO_DELEGATE),
    attempts: delivery.attempts.map(({ no, provider, startedAt, endedAt, result, reason, code }) => ({
      no,
      provider,
      startedAt,
      endedAt,
      result,
      reason: reasonOf(reason),
      code,
    })),
    receipts: delivery.receipts.map(({ kind, reason, at }) => ({ kind, reason: reasonOf(reason), at })),
  };
}

const TO_DELEGATE = { to: 'delegate' };

const reasonOf = (code: Reason | null) => code && { code, text: { en: REASONS[code].en, ar: REASONS[code].ar } };
