import { insertNew, type Ledger } from '../shared/ledger/index.ts';
import type { Delivery, Notification } from '../shared/ledger/types.ts';
import { updateEach } from '../shared/ledger/update-each.ts';

/** Another router stored one of the batch's notices meanwhile: read again and take what it decided. */
export class RacedError extends Error {
  readonly code = 'raced';
  readonly retryable = true;
}

/**
 * Stores decided notifications: new ones are inserted, those that ingest announced are completed. Whoever comes first
 * decides; throws RacedError when that was somebody else.
 */
export async function storeNotifications(
  ledger: Ledger,
  created: Notification[],
  announced: Notification[],
): Promise<void> {
  const { collection } = ledger.notifications;
  if (created.length > 0) {
    const { duplicates } = await insertNew(collection, created);
    if (duplicates > 0) throw new RacedError('a notification was stored by another router');
  }
  if (announced.length > 0) {
    const changes = announced.map(({ duplicates: _, cancelledAt: __, readAt: ___, ...set }) => ({ _id: set._id, set }));
    const completed = await updateEach(collection, { status: 'accepted' }, changes);
    if (completed < announced.length) throw new RacedError('a notification was stored by another router');
  }
}

/** Inserts deliveries; one that is there already stays as it is. */
export async function storeDeliveries(ledger: Ledger, deliveries: Delivery[]): Promise<void> {
  await insertNew(ledger.deliveries.collection, deliveries);
}
