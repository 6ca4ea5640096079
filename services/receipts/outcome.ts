import type { Outcome } from '../../contracts/generated/types.ts';
import type { DeliveryStatus, NotificationStatus, Reason } from '../../contracts/status.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';

export type Verdict =
  | { kind: 'open'; skip: string[]; hasten: string[] }
  | { kind: 'final'; status: NotificationStatus; reason: Reason | null; skip: string[] };

const MAY_STILL_MOVE: ReadonlySet<DeliveryStatus> = new Set(['deferred', 'queued', 'sending']);

/**
 * What the deliveries of a notice make of it. `skip`: steps that need not be taken any more, since an earlier one
 * reached the person; `hasten`: steps to be taken now, since all before them failed. Pure.
 */
export function judge(notification: Notification, deliveries: Delivery[], now: Date): Verdict {
  const waiting = deliveries.filter(isWaitingStep);
  const own = deliveries.filter(({ mandateId }) => !mandateId);
  const firstWaiting = Math.min(...waiting.map(({ step }) => step));
  // What a delegate got says nothing about the person's own steps.
  const before = own.filter(({ step }) => step < firstWaiting);
  const surely = notification.readAt !== null || before.some(({ status }) => status === 'delivered');
  const skip = surely ? waiting.map(({ _id }) => _id) : [];
  const rest = surely ? deliveries.filter((delivery) => !isWaitingStep(delivery)) : deliveries;

  if (rest.some((delivery) => !isFinal(delivery, now))) {
    const allFailed = waiting.length > 0 && before.every((delivery) => isFinal(delivery, now) && !hasReached(delivery));
    return { kind: 'open', skip, hasten: allFailed && !surely ? idsOfStep(waiting, firstWaiting) : [] };
  }
  return { kind: 'final', skip, ...sum(notification, rest) };
}

function sum(
  notification: Notification,
  deliveries: Delivery[],
): { status: NotificationStatus; reason: Reason | null } {
  // A delegate counts when the person was not reached: they may receive in the person's place, but spoil nothing.
  const own = deliveries.filter(({ mandateId }) => !mandateId);
  const counted = own.some(hasReached) || notification.readAt ? own : deliveries;
  const reached = counted.filter(hasReached);
  const failed = counted.filter((delivery) => !hasReached(delivery) && delivery.status !== 'skipped');
  if (reached.length > 0 || notification.readAt)
    return { status: failed.length > 0 ? 'partly_reached' : 'reached', reason: null };
  // Steps that were skipped for their own reasons do not make it less cancelled.
  const stopped = failed.length > 0 && failed.every(({ status }) => status === 'cancelled');
  if (notification.cancelledAt && stopped) return { status: 'cancelled', reason: 'cancelled' };
  return { status: 'not_reached', reason: tellingReason(deliveries) };
}

/** The reason of the delivery that came closest. */
const CLOSENESS: DeliveryStatus[] = ['unknown', 'bounced', 'failed', 'expired', 'superseded', 'cancelled', 'skipped'];

function tellingReason(deliveries: Delivery[]): Reason {
  for (const status of CLOSENESS) {
    const found = deliveries.find((delivery) => delivery.status === status);
    if (found) return found.reason ?? (status === 'unknown' ? 'unknown_outcome' : 'no_contact');
  }
  return 'no_contact';
}

/** Final: nothing will be done any more, and waiting for evidence is over. */
function isFinal(delivery: Delivery, now: Date): boolean {
  if (MAY_STILL_MOVE.has(delivery.status)) return false;
  if (delivery.status === 'sent')
    return delivery.settledAt !== null || (delivery.dueAt !== null && delivery.dueAt <= now);
  if (delivery.status === 'unknown') return delivery.expiresAt <= now;
  return true;
}

const hasReached = ({ status }: Delivery): boolean => status === 'delivered' || status === 'sent';

const isWaitingStep = ({ status, reason }: Delivery): boolean => status === 'deferred' && reason === 'waiting_step';

const idsOfStep = (deliveries: Delivery[], step: number): string[] =>
  deliveries.filter((delivery) => delivery.step === step).map(({ _id }) => _id);

/** The outcome's line for each channel that was decided on, tried or not. */
export function channelLines({ decisions }: Notification, deliveries: Delivery[]): Outcome['channels'] {
  const tried = deliveries.map(({ channel, status, reason, mandateId }) => ({
    channel,
    status: status as string,
    ...(reason && { reason }),
    ...(mandateId && TO_DELEGATE),
  }));
  const skipped = decisions
    .filter(({ decision }) => decision === 'skip')
    .map(({ channel, reason, mandateId }) => ({
      channel,
      status: 'skipped',
      ...(reason && { reason }),
      ...(mandateId && TO_DELEGATE),
    }));
  return [...tried, ...skipped];
}

const TO_DELEGATE = { to: 'delegate' } as const;
