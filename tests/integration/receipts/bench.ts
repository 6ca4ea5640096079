import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { ReceiptKind } from '../../../contracts/generated/types.ts';
import { applyReceipts } from '../../../services/receipts/apply.ts';
import type { IncomingMessage } from '../../../services/shared/kafka/consumer.ts';
import { at, NOON, sampleDelivery, sampleNotification } from '../../../services/shared/ledger/samples.ts';
import type { Contact, Delivery, Subscriber } from '../../../services/shared/ledger/types.ts';
import { CPR, type Harness, startHarness } from '../../support/harness.ts';

export let h: Harness;

/** A receipts service of its own for the test file, with an invented person, emptied after each test. */
export function useReceipts(): void {
  beforeAll(async () => {
    h = await startHarness('receipts');
  }, 60_000);
  afterAll(() => h?.stop());
  beforeEach(() => h.person());
  afterEach(async () => {
    h.setClock(0);
    const { deliveries, notifications, receipts } = h.ledger;
    await Promise.all([deliveries.deleteMany({}), notifications.deleteMany({}), receipts.deleteMany({})]);
  });
}

let serial = 0;
export const hex = () => (++serial).toString(16).padStart(32, '0');
export const person = () => h.ledger.subscribers.findById(h.deps.blind.subscriberId(CPR)).lean<Subscriber>();
export const contact = async (channel: string): Promise<Contact> =>
  (await person())!.contacts.find((one) => one.channel === channel)!;

/** A delivery to the invented person that its provider has taken. */
export async function sent(more: Partial<Delivery> = {}): Promise<Delivery> {
  const id = hex();
  const { _id: subscriberId } = (await person())!;
  const { id: contactId } = await contact(more.channel ?? 'email');
  const mine = { subscriberId, entity: 'office' };
  await h.ledger.notifications.collection.insertOne(
    sampleNotification({ ...mine, _id: `n_${id}`, eventId: id }) as never,
  );
  const delivery = sampleDelivery({
    ...{ ...mine, contactId, _id: `d_${id}`, notificationId: `n_${id}`, channel: 'email', status: 'sent' },
    ...{ dueAt: at(3_600), providerRef: `ref-${id}`, ...more },
  });
  await h.ledger.deliveries.collection.insertOne(delivery as never);
  return delivery;
}
export const receipt = (kind: ReceiptKind, more: Record<string, unknown> = {}) => ({
  ...{ id: `r_${hex()}`, provider: 'sample', channel: 'email', kind },
  ...{ occurredAt: NOON.toISOString(), receivedAt: NOON.toISOString(), ...more },
});
export const message = (value: object | string | null, n = 0): IncomingMessage => ({
  ...{ topic: h.topics.receipts, partition: 0, offset: String(n), key: null, headers: {}, at: NOON },
  value: value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
export const apply = (...receipts: object[]) =>
  applyReceipts(
    receipts.map((one, n) => message(one, n)),
    h.deps,
  );
export const read = (id: string) => h.ledger.deliveries.findById(id).lean<Delivery>();
export const outcomes = (id: string) =>
  h.told(h.topics.outcomes('office')).filter(({ notificationId }) => notificationId === id);
