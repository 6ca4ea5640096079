import type { DeliveryStatus } from '../../contracts/status.ts';
import { problem } from '../shared/http/problem.ts';
import { retryTransient } from '../shared/ledger/index.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';
import type { IngestDeps } from './deps.ts';

export type Cancellation = {
  id: string;
  /** `cancelled`: nothing more goes out. `too_late`: the notice had its outcome before, and nothing of it waits. */
  status: 'cancelled' | 'too_late';
  stopped: { channel: string; deliveryId: string }[];
  gone: { channel: string; deliveryId: string; status: DeliveryStatus }[];
};

const WAITING: DeliveryStatus[] = ['deferred', 'queued'];
const NOT_SENT: DeliveryStatus[] = ['cancelled', 'skipped', 'superseded', 'expired'];

/**
 * Cancels a notice of the entity. The mark on the notification comes first: workers and the router read it at the moment
 * of sending, so a delivery that is created meanwhile stays unsent too. Throws 404 for a notice of another entity.
 */
export async function cancelNotice(
  id: string,
  entity: string,
  deps: Pick<IngestDeps, 'ledger'> & { now: () => Date },
): Promise<Cancellation> {
  const { ledger } = deps;
  const at = deps.now();
  const notice = await ledger.notifications
    .findOne({ _id: id, entity })
    .select({ outcomeAt: 1, cancelledAt: 1 })
    .lean<Pick<Notification, '_id' | 'outcomeAt' | 'cancelledAt'>>();
  if (!notice) throw problem('not_found');
  const late = notice.outcomeAt !== null && notice.cancelledAt === null && !(await stopSpread(id, at, deps));
  if (!notice.outcomeAt) await markCancelled(id, at, deps);
  const stoppedIds = notice.outcomeAt ? [] : await stopDeliveries(id, at, deps);
  const deliveries = await ledger.deliveries
    .find({ notificationId: id })
    .select({ channel: 1, status: 1 })
    .lean<Pick<Delivery, '_id' | 'channel' | 'status'>[]>();
  const [stopped, others] = [true, false].map((wanted) =>
    deliveries.filter(({ _id }) => stoppedIds.includes(_id) === wanted),
  );
  return {
    id,
    status: late ? 'too_late' : 'cancelled',
    stopped: stopped!.map(({ _id, channel }) => ({ channel, deliveryId: _id })),
    gone: others!
      .filter(({ status }) => !NOT_SENT.includes(status))
      .map(({ _id, channel, status }) => ({ channel, deliveryId: _id, status })),
  };
}

/**
 * An audience has its outcome when its last page is spread, while many of its messages may still wait: those are not sent
 * any more. False for any other notice, and for one that has expired, of which nothing waits.
 */
async function stopSpread(id: string, at: Date, { ledger }: Pick<IngestDeps, 'ledger'>): Promise<boolean> {
  if (!(await ledger.audiences.exists({ _id: id }))) return false;
  const { modifiedCount } = await retryTransient(() =>
    ledger.notifications.updateOne(
      { _id: id, cancelledAt: null, expiresAt: { $gt: at } },
      { $set: { cancelledAt: at } },
    ),
  );
  return modifiedCount === 1;
}

async function markCancelled(id: string, at: Date, { ledger }: Pick<IngestDeps, 'ledger'>): Promise<void> {
  await retryTransient(() =>
    ledger.notifications.updateOne({ _id: id, cancelledAt: null, outcomeAt: null }, { $set: { cancelledAt: at } }),
  );
  // An audience is spread page by page: no further page goes out.
  await retryTransient(() =>
    ledger.audiences.updateOne(
      { _id: id, status: { $in: ['waiting', 'spreading', 'paused'] } },
      { $set: { status: 'stopped' } },
    ),
  );
}

/** Stops each delivery by its own atomic step: one that a worker claims in the same moment is either stopped or gone. */
async function stopDeliveries(id: string, at: Date, { ledger }: Pick<IngestDeps, 'ledger'>): Promise<string[]> {
  const waiting = await ledger.deliveries
    .find({ notificationId: id, status: { $in: WAITING } })
    .select({ _id: 1 })
    .lean<{ _id: string }[]>();
  const stopped: string[] = [];
  for (const deliveryId of waiting.map(({ _id }) => _id).toSorted()) {
    const { modifiedCount } = await retryTransient(() =>
      ledger.deliveries.updateOne(
        { _id: deliveryId, status: { $in: WAITING } },
        // Due at once: with this delivery final, the outcome of its notice may have to be worked out.
        { $set: { status: 'cancelled', reason: 'cancelled', dueAt: at, updatedAt: at } },
      ),
    );
    if (modifiedCount === 1) stopped.push(deliveryId);
  }
  return stopped;
}
