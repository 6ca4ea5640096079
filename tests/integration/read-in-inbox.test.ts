import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { settleOnce } from '../../services/receipts/settle.ts';
import type { Caller, Context } from '../../services/registry/context.ts';
import { markRead } from '../../services/registry/use-cases/inbox.ts';
import { at, NOON, sampleDelivery } from '../../services/shared/ledger/samples.ts';
import type { Delivery, Notification } from '../../services/shared/ledger/types.ts';
import { createMetrics } from '../../services/shared/metrics.ts';
import { idOf, type Stage, startStage } from './console/stage.ts';

const MINUTE = 60_000;
const PUSH = idOf('d', 99);

describe('a notice that goes by push, then by SMS after 15 minutes', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.stop());

  /** Push was handed over at noon and its evidence is waited for; the SMS waits for its step. */
  async function publish(): Promise<void> {
    const waiting = { status: 'deferred', reason: 'waiting_step', step: 1, dueAt: at(15 * 60) } as const;
    await stage.seed(1, { delivery: { ...waiting, segments: 1 } });
    const ids = { _id: PUSH, notificationId: idOf('n', 1), subscriberId: idOf('s', 1) };
    const push = sampleDelivery({ ...ids, channel: 'push', status: 'sent', sentAt: NOON, dueAt: at(20 * 60) });
    await stage.ledger.deliveries.collection.insertOne(push as never);
  }

  const read = (by: Caller['by']) => {
    const context = { ...stage.tools, sealer: stage.sealer, metrics: createMetrics(), now: stage.clock } as never;
    return markRead(context as Context, { subscriberId: idOf('s', 1), by } as Caller, idOf('n', 1));
  };
  const settle = () => {
    const producer = { send: async () => {}, stop: async () => {} };
    const { ledger, topics, clock } = stage;
    return settleOnce({ ledger, topics, clock, producer, metrics: createMetrics() });
  };
  async function letPass(minutes: number): Promise<void> {
    for (let minute = 0; minute < minutes; minute++) {
      stage.state.now += MINUTE;
      await stage.work();
      await settle();
    }
  }
  const notice = () => stage.ledger.notifications.findById(idOf('n', 1)).lean<Notification>();

  it('goes by SMS at its time when nobody read it, or only an officer did', async () => {
    await publish();
    await read('officer');
    await letPass(14);
    expect(stage.sent).toEqual([]);
    await letPass(1);
    expect(stage.sent).toHaveLength(1);
  });

  it('never goes by SMS when it was read in the inbox before, and counts as reached', async () => {
    await publish();
    await letPass(10);
    expect(await read('person')).toMatchObject({ ok: true });
    expect(await stage.delivery(1)).toMatchObject({ status: 'skipped', reason: 'reached_earlier' });
    await letPass(15);
    expect(stage.sent).toEqual([]);
    expect(await notice()).toMatchObject({ status: 'reached', readAt: at(600), outcomeRevision: 0 });
  });

  it('is stopped at the moment of sending when the reading crashed half-way', async () => {
    await publish();
    await stage.ledger.notifications.updateOne({ _id: idOf('n', 1) }, { $set: { readAt: NOON } });
    await letPass(15);
    expect(stage.sent).toEqual([]);
    expect(await stage.delivery(1)).toMatchObject({ status: 'skipped', reason: 'reached_earlier' });
  });

  it('leaves other notices of the person alone', async () => {
    await publish();
    const other: Partial<Delivery> = {
      status: 'deferred',
      reason: 'waiting_step',
      step: 1,
      dueAt: at(60),
      segments: 1,
    };
    await stage.seed(2, { delivery: other });
    await read('person');
    await letPass(1);
    expect(stage.sent.map(({ deliveryId }) => deliveryId)).toEqual([idOf('d', 2)]);
  });
});
