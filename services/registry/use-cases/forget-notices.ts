import { ERASED_CONTACT, ERASED_SUBSCRIBER } from '../../shared/erased.ts';
import type { Delivery, Notification } from '../../shared/ledger/types.ts';
import type { Context } from '../context.ts';
import type { Erasure } from '../store/erasures.ts';

const BATCH = 500;

/**
 * Stops what waits and takes out of every notice what says whom it was for and what it said. What is left (entity,
 * type, times, outcome) is the entity's own account of having sent something. A notice changes last, so that a batch
 * that was left half-way is found again.
 */
export async function forgetNotices(context: Context, { _id, askedAt }: Erasure): Promise<void> {
  const { notifications } = context.ledger;
  const theirs = { subscriberId: { $eq: _id }, acceptedAt: { $lte: askedAt } };
  for (;;) {
    const found = await notifications.find(theirs, { _id: 1 }).limit(BATCH).lean<Pick<Notification, '_id'>[]>();
    if (found.length === 0) break;
    const ids = found.map((one) => one._id).sort();
    await forgetDeliveries(context, ids);
    await notifications.updateMany(
      { _id: { $in: ids } },
      {
        $set: {
          subscriberId: ERASED_SUBSCRIBER,
          data: context.sealer.seal('{}', 'data'),
          correlationId: null,
          'decisions.$[].contactId': null,
        },
        $unset: { 'decisions.$[].delegateId': '', 'decisions.$[].mandateId': '' },
      },
    );
  }
  await forgetAsDelegate(context, _id, askedAt);
  const dead = context.ledger.deadLetters.collection;
  await dead.updateMany({ key: { $eq: _id } }, { $set: { key: null, original: null } });
}

async function forgetDeliveries({ ledger, now }: Context, notificationIds: string[]): Promise<void> {
  const { deliveries, receipts } = ledger;
  const at = now();
  const of = { notificationId: { $in: notificationIds } };
  // Due, so that settling works out the outcome, which the entity is still told.
  await deliveries.updateMany(
    { ...of, status: { $in: ['deferred', 'queued'] } },
    { $set: { status: 'cancelled', reason: 'erased', dueAt: at, updatedAt: at } },
  );
  // Nobody knows whether it went: it is not sent again, only given up.
  await deliveries.updateMany({ ...of, status: 'unknown' }, { $set: { dueAt: at, expiresAt: at, updatedAt: at } });
  const found = await deliveries.find(of, { _id: 1 }).lean<Pick<Delivery, '_id'>[]>();
  const ids = found.map(({ _id }) => _id).sort();
  if (ids.length === 0) return;
  await receipts.updateMany({ deliveryId: { $in: ids } }, { $set: { evidence: null } });
  await deliveries.updateMany(
    { _id: { $in: ids } },
    { $set: { subscriberId: ERASED_SUBSCRIBER, contactId: ERASED_CONTACT }, $unset: { mandateId: '', delegateId: '' } },
  );
}

/** What they received for others stays the other's notice, and no longer says to whom else it went. */
async function forgetAsDelegate({ ledger, now }: Context, delegateId: string, askedAt: Date): Promise<void> {
  const { deliveries, notifications } = ledger;
  const at = now();
  const theirs = { delegateId: { $eq: delegateId }, createdAt: { $lte: askedAt } };
  for (;;) {
    const found = await deliveries.find(theirs, { notificationId: 1 }).limit(BATCH).lean<Delivery[]>();
    if (found.length === 0) return;
    const ids = found.map(({ _id }) => _id).sort();
    const notices = [...new Set(found.map(({ notificationId }) => notificationId))].sort();
    const waiting = { _id: { $in: ids }, status: { $in: ['deferred', 'queued'] } };
    await deliveries.updateMany(waiting as object, {
      $set: { status: 'skipped', reason: 'mandate_ended', dueAt: at, updatedAt: at },
    });
    await ledger.receipts.updateMany({ deliveryId: { $in: ids } }, { $set: { evidence: null } });
    await notifications.collection.updateMany(
      { _id: { $in: notices } as never },
      { $set: { 'decisions.$[one].contactId': null }, $unset: { 'decisions.$[one].delegateId': '' } },
      { arrayFilters: [{ 'one.delegateId': delegateId }] },
    );
    await deliveries.updateMany(
      { _id: { $in: ids } },
      { $set: { contactId: ERASED_CONTACT }, $unset: { delegateId: '' } },
    );
  }
}
