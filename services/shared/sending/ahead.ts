import type { Ledger } from '../ledger/index.ts';
import type { Delivery, Notification } from '../ledger/types.ts';
import { caseOf, createGone, type Gone, isNewer } from '../policy/case-order.ts';

/** What stands ahead of older notices of the same cases. */
export type Ahead = {
  gone: Gone;
  /** Until when a delivery waits for word of a newer notice that may have gone out by its channel; null when for none. */
  unclearUntil(notice: Notification, delivery: Pick<Delivery, 'channel'>, now: Date): Date | null;
};

/** A notice of a case one of whose deliveries a provider may have taken, and nobody knows yet. */
type Unclear = { notice: Notification; delivery: Pick<Delivery, 'channel' | 'status' | 'dueAt'> };

/**
 * What has gone out of the cases that the notices belong to, and what may have; nothing is asked when none belongs to
 * one. What is loaded just now keeps its order by itself.
 */
export async function aheadOf(ledger: Ledger, notices: Notification[], loaded: Delivery[]): Promise<Ahead> {
  const ofCases = notices.filter(({ correlationId }) => correlationId !== null);
  if (ofCases.length === 0) return { gone: createGone(), unclearUntil: () => null };
  const all = await ledger.notifications
    .find({
      subscriberId: { $in: [...new Set(ofCases.map(({ subscriberId }) => subscriberId))] },
      correlationId: { $in: [...new Set(ofCases.map(({ correlationId }) => correlationId))] },
    })
    .select({
      ...{ entity: 1, subscriberId: 1, correlationId: 1, sequence: 1, eventTime: 1, acceptedAt: 1, test: 1 },
      handedOffAt: 1,
    })
    .lean<Notification[]>();
  const [gone, others] = [all.filter(({ handedOffAt }) => handedOffAt), all.filter(({ handedOffAt }) => !handedOffAt)];
  const byCase = Map.groupBy(ofCases, caseOf);
  const newer = others.filter((other) => byCase.get(caseOf(other))?.some((notice) => isNewer(other, notice)));
  const unclear = await unclearOf(ledger, newer, loaded);
  return { gone: createGone(gone), unclearUntil: (notice, delivery, now) => waitFor(unclear, notice, delivery, now) };
}

async function unclearOf(ledger: Ledger, newer: Notification[], loaded: Delivery[]): Promise<Unclear[]> {
  if (newer.length === 0) return [];
  const byId = new Map(newer.map((notice) => [notice._id, notice]));
  const own = new Set(loaded.map(({ _id }) => _id));
  const open = await ledger.deliveries
    .find({ notificationId: { $in: [...byId.keys()] }, status: { $in: ['sending', 'unknown'] } })
    .select({ notificationId: 1, channel: 1, status: 1, dueAt: 1 })
    .lean<Delivery[]>();
  return open
    .filter(({ _id }) => !own.has(_id))
    .map((delivery) => ({ notice: byId.get(delivery.notificationId)!, delivery }));
}

/** A call ends within seconds; what is unknown is looked at again when its own time has come, within a minute. */
const [SOON_MS, LATER_MS] = [5_000, 60_000];

function waitFor(
  unclear: Unclear[],
  notice: Notification,
  { channel }: Pick<Delivery, 'channel'>,
  now: Date,
): Date | null {
  const ahead = unclear.filter(
    (one) => one.delivery.channel === channel && caseOf(one.notice) === caseOf(notice) && isNewer(one.notice, notice),
  );
  if (ahead.length === 0) return null;
  const soon = now.getTime() + SOON_MS;
  const until = ahead.map(({ delivery: { status, dueAt } }) =>
    status === 'unknown' && dueAt ? Math.min(dueAt.getTime() + 1_000, now.getTime() + LATER_MS) : soon,
  );
  return new Date(Math.max(soon, ...until));
}
