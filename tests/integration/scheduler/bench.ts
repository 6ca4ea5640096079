import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { DeliveryStatus } from '../../../contracts/status.ts';
import { NOON, sampleDelivery, sampleNotification } from '../../../services/shared/ledger/samples.ts';
import type { Delivery } from '../../../services/shared/ledger/types.ts';
import { type Harness, startHarness } from '../../support/harness.ts';

export let h: Harness;

/** A pipeline of its own for the test file, emptied after each test. */
export function useScheduler(): void {
  beforeAll(async () => {
    h = await startHarness('scheduler');
  }, 60_000);
  afterAll(() => h?.stop());
  afterEach(async () => {
    h.setClock(0);
    await h.ledger.deliveries.deleteMany({});
    await h.ledger.notifications.deleteMany({});
  });
}

let serial = 0;
export const hex = () => (++serial).toString(16).padStart(32, '0');

/** A stored delivery, with a notice of its own. */
export async function add(status: DeliveryStatus, more: Partial<Delivery> = {}): Promise<Delivery> {
  const id = hex();
  const notice = sampleNotification({ _id: `n_${id}`, eventId: `evt-${id}`, entity: 'office' });
  await h.ledger.notifications.collection.insertOne(notice as never);
  const delivery = sampleDelivery({
    _id: `d_${id}`,
    notificationId: notice._id,
    entity: 'office',
    status,
    dueAt: NOON,
    ...more,
  });
  await h.ledger.deliveries.collection.insertOne(delivery as never);
  return delivery;
}
export const read = (id: string) => h.ledger.deliveries.findById(id).lean<Delivery>();
export const published = (id: string) =>
  h.told(h.topics.deliveries('sms', 'normal')).filter(({ deliveryId }) => deliveryId === id).length;
export const outcomes = (id: string) =>
  h.told(h.topics.outcomes('office')).filter(({ notificationId }) => notificationId === id);
