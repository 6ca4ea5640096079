import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { Channel } from '../../../contracts/status.ts';
import { deliverBatch } from '../../../services/channels/deliver.ts';
import type { ChannelDeps } from '../../../services/channels/deps.ts';
import { routeBatch } from '../../../services/router/route.ts';
import type { IncomingMessage } from '../../../services/shared/kafka/consumer.ts';
import { NOON } from '../../../services/shared/ledger/samples.ts';
import type { Delivery } from '../../../services/shared/ledger/types.ts';
import { type Harness, startHarness } from '../../support/harness.ts';

export let h: Harness;
let offset = 0;

/** A pipeline of its own for the test file, with an invented person in it, emptied after each test. */
export function useChannels(): void {
  beforeAll(async () => {
    h = await startHarness('channels');
  }, 60_000);
  afterAll(() => h?.stop());
  beforeEach(() => h.person());
  afterEach(async () => {
    h.setClock(0);
    for (const provider of Object.values(h.providers)) {
      provider.calls.length = 0;
      provider.answerWith(({ deliveryId }) => ({ kind: 'accepted', providerRef: `ref-${deliveryId}`, code: null }));
    }
    await Promise.all([
      h.ledger.deliveries.deleteMany({}),
      h.ledger.notifications.deleteMany({}),
      h.ledger.subscribers.deleteMany({}),
    ]);
  });
}

/** Routes events and returns their deliveries. */
export async function route(...events: object[]): Promise<Delivery[]> {
  const before = new Set((await h.deliveries()).map(({ _id }) => _id));
  for (const event of events) await routeBatch([await h.message(event, ++offset)], 'office', h.deps);
  return (await h.deliveries()).filter(({ _id }) => !before.has(_id));
}
export const message = (value: string | Buffer | null, n = 0): IncomingMessage => ({
  ...{ topic: 'lane', partition: 0, offset: String(n), key: null, headers: {}, at: NOON },
  value: value === null ? null : Buffer.from(value),
});
export const lane = (deliveries: { _id: string }[]) =>
  deliveries.map(({ _id }, n) => message(JSON.stringify({ deliveryId: _id, notificationId: 'n' }), n));
export const deliver = (channel: Channel, deliveries: { _id: string }[], deps: ChannelDeps = h.channel(channel)) =>
  deliverBatch(lane(deliveries), deps);
export const read = (id: string) => h.ledger.deliveries.findById(id).lean<Delivery>();
export const only = (some: Delivery[], channel: Channel) => some.filter((one) => one.channel === channel);
