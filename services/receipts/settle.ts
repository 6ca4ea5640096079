import { randomUUID } from 'node:crypto';
import type { DeliveryStatus } from '../../contracts/status.ts';
import type { Ledger } from '../shared/ledger/index.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';
import { updateEach } from '../shared/ledger/update-each.ts';
import { type TellDeps, tellOutcomes } from '../shared/outcomes.ts';
import { channelLines, judge, type Verdict } from './outcome.ts';
import { takeAlong } from './take-along.ts';
import { deliveriesOf, isWhole, WHOLE_WITHIN_MS } from './whole.ts';

export type SettleDeps = TellDeps & { clock: () => Date };
type Judged = { notification: Notification; deliveries: Delivery[]; verdict: Verdict };

const BATCH = 500;
/** Statuses after which a notice's outcome may be due. */
const SETTLING: DeliveryStatus[] = [
  'sent',
  'delivered',
  'failed',
  'bounced',
  'expired',
  'skipped',
  'cancelled',
  'superseded',
];

/**
 * One round of settling: deliveries that ended, or whose time of waiting for evidence is over, decide the outcome of
 * their notices, which is stored, told once, and only then ticked off. Returns true when there may be more.
 */
export async function settleOnce(deps: SettleDeps): Promise<boolean> {
  const now = deps.clock();
  const ended = await endedDeliveries(deps.ledger, now);
  if (ended.length === 0) return false;
  const late = new Date(now.getTime() - WHOLE_WITHIN_MS);
  const judged = await judgeAll(ended, deps.ledger, now, late);
  const read = new Set(judged.map(({ notification }) => notification._id));
  // A notice that was not read whole comes again in the next round, but for none that is gone.
  const due = ended.filter(({ notificationId, dueAt }) => read.has(notificationId) || dueAt! < late);
  await moveSteps(judged, deps.ledger, now);
  await endNotices(judged, deps, now);
  await takeAlong(due, deps.ledger, now);
  await tickOff(due, deps.ledger, now);
  return due.length > 0 && ended.length >= BATCH;
}

/** Two queries, each of one index range. An unknown outcome is the scheduler's to send again or hold until it expires. */
async function endedDeliveries({ deliveries }: Ledger, now: Date): Promise<Delivery[]> {
  const dueAt = { $lte: now };
  const [ended, givenUp] = await Promise.all(
    [
      { status: { $in: SETTLING }, dueAt },
      { status: 'unknown' as const, dueAt, expiresAt: { $lte: now } },
    ].map((filter) =>
      deliveries
        .find(filter as object)
        .sort({ dueAt: 1 })
        .limit(BATCH)
        .lean<Delivery[]>(),
    ),
  );
  return [...ended!, ...givenUp!];
}

async function judgeAll(due: Delivery[], ledger: Ledger, now: Date, late: Date): Promise<Judged[]> {
  const ids = [...new Set(due.map(({ notificationId }) => notificationId))];
  const [notifications, byNotice] = await Promise.all([
    ledger.notifications.find({ _id: { $in: ids } }).lean<Notification[]>(),
    deliveriesOf(ids, ledger),
  ]);
  const waited = new Set(due.filter(({ dueAt }) => dueAt! < late).map(({ notificationId }) => notificationId));
  return notifications.flatMap((notification): Judged[] => {
    const mine = byNotice.get(notification._id) ?? [];
    if (!isWhole(notification, mine) && !waited.has(notification._id)) return [];
    const verdict = judge(notification, mine, now);
    const deliveries = mine.map((one) => (verdict.skip.includes(one._id) ? skipped(one) : one));
    return [{ notification, deliveries, verdict }];
  });
}

const skipped = (delivery: Delivery): Delivery => ({ ...delivery, status: 'skipped', reason: 'reached_earlier' });

/** Steps that an earlier success made needless end; steps that all before them failed start now. */
async function moveSteps(judged: Judged[], { deliveries }: Ledger, now: Date): Promise<void> {
  const skip = judged.flatMap(({ verdict }) => verdict.skip).sort();
  const hasten = judged.flatMap(({ verdict }) => (verdict.kind === 'open' ? verdict.hasten : [])).sort();
  const waiting = { status: 'deferred', reason: 'waiting_step' };
  if (skip.length > 0) {
    const change = { status: 'skipped', reason: 'reached_earlier', dueAt: null, updatedAt: now };
    await deliveries.collection.updateMany({ _id: { $in: skip } as never, ...waiting }, { $set: change });
  }
  if (hasten.length > 0) {
    await deliveries.collection.updateMany(
      { _id: { $in: hasten } as never, ...waiting },
      { $set: { dueAt: now, updatedAt: now } },
    );
  }
}

/** Stores and tells first outcomes, and corrections where later evidence or a replay changed the word. */
async function endNotices(judged: Judged[], deps: SettleDeps, now: Date): Promise<void> {
  const changed = judged.filter(
    ({ notification, verdict }) =>
      verdict.kind === 'final' &&
      (notification.outcomeAt === null || notification.status !== verdict.status || wasToldAgain(notification)),
  );
  if (changed.length === 0) return;
  const claim = randomUUID();
  const { notifications } = deps.ledger;
  const asRead = Map.groupBy(changed, ({ notification }) => notification.outcomeAt?.getTime() ?? null);
  for (const items of asRead.values()) {
    const changes = items.map(({ notification, verdict }) => ({
      _id: notification._id,
      set: outcomeFields(notification, verdict, claim, now),
    }));
    await updateEach(notifications.collection, { outcomeAt: items[0]!.notification.outcomeAt }, changes);
  }
  const ids = changed.map(({ notification }) => notification._id);
  const mine = await notifications.find({ _id: { $in: ids }, outcomeClaim: claim }).lean<Notification[]>();
  const deliveries = new Map(changed.map((item) => [item.notification._id, item.deliveries]));
  await tellOutcomes(
    mine.map((notification) => ({
      notification,
      channels: channelLines(notification, deliveries.get(notification._id) ?? []),
    })),
    deps,
  );
}

/** The entity hears of the other channel too, also when the word stays the same. */
const wasToldAgain = ({ retoldAt, outcomeAt }: Notification): boolean =>
  Boolean(retoldAt && outcomeAt && retoldAt >= outcomeAt);

function outcomeFields(notification: Notification, verdict: Verdict, claim: string, now: Date) {
  const { status, reason } = verdict as Extract<Verdict, { kind: 'final' }>;
  const outcomeRevision = notification.outcomeAt === null ? 0 : notification.outcomeRevision + 1;
  return { status, reason, outcomeAt: now, outcomeClaim: claim, outcomeTold: false, outcomeRevision };
}

/** Last of all, so that a crash before it repeats the round. A status that moved on meanwhile is left alone. */
async function tickOff(due: Delivery[], { deliveries }: Ledger, now: Date): Promise<void> {
  for (const [status, items] of Map.groupBy(due, (delivery) => delivery.status)) {
    const ids = items.map(({ _id }) => _id).sort();
    const settled = status === 'sent' ? { settledAt: now } : {};
    await deliveries.collection.updateMany(
      { _id: { $in: ids } as never, status, dueAt: { $lte: now } },
      { $set: { dueAt: null, ...settled } },
    );
  }
}
