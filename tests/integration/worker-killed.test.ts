import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Receipt } from '../../contracts/generated/types.ts';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { readLag } from '../../services/shared/kafka/lag.ts';
import {
  sampleContact,
  sampleDelivery,
  sampleNotification,
  sampleSubscriber,
} from '../../services/shared/ledger/samples.ts';
import type { Delivery, Notification } from '../../services/shared/ledger/types.ts';
import { startWorker } from '../bench/processes.ts';
import { idOf } from './console/stage.ts';
import { startHoldingRelay } from './engine/holding-relay.ts';
import { startStageForWorkers, until } from './engine/workers.ts';

const EXAMPLE = join(import.meta.dirname, '../../contracts/examples/valid/sijilat-licence-renewed.json');
/** Longer than a worker may take between claiming and storing. */
const LATER_MS = 121_000;

describe('C16 a worker that is killed after the relay stored its message', () => {
  let stage: Awaited<ReturnType<typeof startStageForWorkers>>;
  let relay: Awaited<ReturnType<typeof startHoldingRelay>>;
  beforeAll(async () => {
    relay = await startHoldingRelay();
    stage = await startStageForWorkers('killed', { SMTP_URL: `smtp://127.0.0.1:${relay.port}` });
  }, 60_000);
  afterAll(async () => {
    await stage?.stop();
    await relay?.stop();
  });

  const delivery = (n: number) => stage.runtime.ledger.deliveries.findById(idOf('d', n)).lean<Delivery>();
  const later = () => ({ ...stage.runtime, clock: () => new Date(Date.now() + LATER_MS) });
  const topic = () => stage.runtime.topics.deliveries('email', 'normal');
  const copies = (n: number) => relay.state.messageIds.filter((id) => id.includes(idOf('d', n))).length;

  /** A queued delivery by email whose message stands in its lane. */
  async function queue(n: number, onUnknown: 'hold' | 'resend'): Promise<void> {
    const { ledger, sealer, producer } = stage.runtime;
    const now = new Date();
    const expiresAt = new Date(now.getTime() + 3_600_000);
    const address = sealer.seal(`person-${n}@example.com`, 'address');
    const contact = sampleContact({ id: idOf('c', n), channel: 'email', kind: 'email', address, confirmedAt: now });
    const ids = { notificationId: idOf('n', n), subscriberId: idOf('s', n), contactId: idOf('c', n), onUnknown };
    const data = sealer.seal(JSON.stringify(JSON.parse(readFileSync(EXAMPLE, 'utf8')).data), 'data');
    const notice = { _id: ids.notificationId, subscriberId: ids.subscriberId, onUnknown, data, expiresAt };
    await ledger.subscribers.collection.insertOne(
      sampleSubscriber({ _id: ids.subscriberId, contacts: [contact] }) as never,
    );
    await ledger.notifications.collection.insertOne(sampleNotification({ ...notice, acceptedAt: now }) as never);
    await ledger.deliveries.collection.insertOne(
      sampleDelivery({ _id: idOf('d', n), ...ids, channel: 'email', dueAt: expiresAt, expiresAt }) as never,
    );
    const value = JSON.stringify({ deliveryId: idOf('d', n), notificationId: ids.notificationId });
    await producer.send([{ topic: topic(), messages: [{ key: ids.subscriberId, value }] }]);
  }

  /** A worker takes both deliveries, the relay stores them and holds its answers, the worker dies. */
  async function killWhileSending(): Promise<void> {
    const worker = startWorker('services/channels/main.ts', ['email'], stage.env);
    await until('the relay to store both messages', async () => copies(1) === 1 && copies(2) === 1);
    process.kill(worker.pid, 'SIGKILL');
    await worker.stop();
    relay.state.hold = false;
  }

  /** Another worker reads everything that is in the lane, again what the dead one had. */
  async function withWorker(work: () => Promise<void>): Promise<void> {
    const worker = startWorker('services/channels/main.ts', ['email'], stage.env);
    try {
      await work();
    } finally {
      await worker.stop();
    }
  }
  const laneRead = async () => {
    const groupId = `${stage.runtime.prefix}.channels.email.normal`;
    const [group] = await readLag(stage.runtime.kafka, [{ groupId, topics: [topic()] }]);
    return group?.lag === 0;
  };

  it('is followed by one that sends nothing blind; then the class of each notice decides', async () => {
    await queue(1, 'hold');
    await queue(2, 'resend');
    await killWhileSending();
    // The broker gives the dead worker's place away after its session.
    await withWorker(async () => {
      await until('the lane to be read', laneRead, 45_000);
      for (const n of [1, 2]) expect(await delivery(n)).toMatchObject({ status: 'sending', attempts: [] });
      await scheduleOnce(later());
      await until('the second attempt to be stored', async () => (await delivery(2))?.status === 'sent');
    });
    expect([copies(1), copies(2)]).toEqual([1, 2]);
    expect(await delivery(1)).toMatchObject({ status: 'unknown', reason: 'unknown_outcome', unknowns: 1 });
    expect((await delivery(2))!.attempts.map(({ no, result }) => [no, result])).toEqual([
      [1, 'unknown'],
      [2, 'accepted'],
    ]);
  }, 90_000);

  it('has left one record, which a late receipt settles', async () => {
    const receipt: Receipt = {
      ...{ id: `r_${'1'.repeat(32)}`, provider: 'smtp', channel: 'email', kind: 'delivered', deliveryId: idOf('d', 1) },
      ...{ occurredAt: new Date().toISOString(), receivedAt: new Date().toISOString() },
    };
    const place = { topic: 'receipts', partition: 0, offset: '0', key: null, headers: {}, at: new Date() };
    const deps = { ...stage.runtime, consents: { note: async () => {} } };
    await applyReceipts([{ ...place, value: Buffer.from(JSON.stringify(receipt)) }], deps);
    await settleOnce(stage.runtime);
    expect(await stage.runtime.ledger.deliveries.countDocuments({ notificationId: idOf('n', 1) })).toBe(1);
    expect(await delivery(1)).toMatchObject({ status: 'delivered' });
    expect(await stage.runtime.ledger.notifications.findById(idOf('n', 1)).lean<Notification>()).toMatchObject({
      ...{ status: 'reached', outcomeRevision: 0 },
    });
  });
});
