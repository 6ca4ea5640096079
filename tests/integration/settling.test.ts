import { describe, expect, it } from '@jest/globals';
import type { DeliveryStatus } from '../../contracts/status.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { tellUntold } from '../../services/receipts/untold.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { at, idOf, NOON, sampleDelivery } from '../../services/shared/ledger/samples.ts';
import type { Delivery } from '../../services/shared/ledger/types.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { intercept } from '../support/intercept.ts';
import { add, h, hex, outcomes, published, read, useScheduler } from './scheduler/bench.ts';

useScheduler();

describe('settling beside the scheduler', () => {
  it('leaves an unknown outcome that has not expired alone, whoever looks first', async () => {
    const { _id } = await add('unknown', { unknowns: 1, onUnknown: 'resend' });
    await settleOnce(h.deps);
    expect((await read(_id))?.dueAt).toEqual(NOON);
    await scheduleOnce(h.deps);
    expect(published(_id)).toBe(1);
  });

  it('two at once tell each outcome once', async () => {
    const done = await Promise.all(Array.from({ length: 30 }, () => add('delivered')));
    await Promise.all([1, 2, 3].map(() => settleOnce(h.deps)));
    await settleOnce(h.deps);
    expect(done.map(({ notificationId }) => outcomes(notificationId).length)).toEqual(Array(30).fill(1));
    expect((await h.deliveries({ dueAt: { $ne: null } })).length).toBe(0);
  });

  it('that was overtaken by another between reading and storing tells nothing of its own', async () => {
    const { notificationId } = await add('delivered');
    const slow = intercept(h.deps, 'notifications', 'bulkWrite', async (run) => {
      await settleOnce(h.deps);
      return run();
    });
    await settleOnce(slow);
    expect(outcomes(notificationId)).toMatchObject([{ status: 'reached', revision: 0 }]);
  });

  it('waits for a delivery that a reading missed, and ten minutes for one that is gone', async () => {
    const first = await add('superseded', { reason: 'superseded', contactId: idOf('c', '1') });
    const decided = ['1', '2'].map((digit) => ({
      ...{ channel: 'sms', step: 0, contactId: idOf('c', digit), dueAt: null, decision: 'send', reason: null },
    }));
    const notice = { _id: first.notificationId as never };
    await h.ledger.notifications.collection.updateOne(notice, { $set: { decisions: decided } as never });
    await settleOnce(h.deps);
    expect([outcomes(first.notificationId), (await read(first._id))?.dueAt]).toEqual([[], NOON]);

    const second = { ...first, _id: `d_${hex()}`, contactId: idOf('c', '2'), status: 'sent' as const, reason: null };
    await h.ledger.deliveries.collection.insertOne(second as never);
    await settleOnce(h.deps);
    // Two contacts of one channel stand in no order.
    const told = outcomes(first.notificationId).map(({ channels }) =>
      channels.map((line: { status: string }) => line.status).toSorted(),
    );
    expect(told).toEqual([['sent', 'superseded']]);

    const alone = await add('failed', { reason: 'too_large' });
    await h.ledger.notifications.collection.updateOne(
      { _id: alone.notificationId as never },
      { $set: { decisions: decided } as never },
    );
    h.setClock(600);
    await settleOnce(h.deps);
    expect(outcomes(alone.notificationId)).toEqual([]);
    h.setClock(601);
    await settleOnce(h.deps);
    expect(outcomes(alone.notificationId)).toMatchObject([{ status: 'not_reached', reason: 'too_large' }]);
  });

  it('ticks nothing off for a notice that a reading missed, and waits ten minutes for one that is gone', async () => {
    const { _id, notificationId } = await add('delivered');
    const notice = await h.ledger.notifications.findById(notificationId).lean();
    await h.ledger.notifications.deleteMany({ _id: notificationId });
    await settleOnce(h.deps);
    expect((await read(_id))?.dueAt).toEqual(NOON);
    await h.ledger.notifications.collection.insertOne(notice as never);
    await settleOnce(h.deps);
    expect(outcomes(notificationId)).toMatchObject([{ status: 'reached' }]);

    const alone = await add('delivered');
    await h.ledger.notifications.deleteMany({ _id: alone.notificationId });
    h.setClock(601);
    await settleOnce(h.deps);
    expect((await read(alone._id))?.dueAt).toBe(null);
  });

  it('a crash after any step loses no outcome and tells none twice in different words', async () => {
    const dry = await add('delivered');
    const counted = crashAfter(h.deps);
    await settleOnce(counted.deps);
    expect(outcomes(dry.notificationId)).toHaveLength(1);
    for (let step = 1; step <= counted.steps(); step++) {
      const { notificationId } = await add('failed', { reason: 'too_large' });
      h.setClock(0);
      await expect(settleOnce(crashAfter(h.deps, step).deps)).rejects.toThrow(Crash);
      await settleOnce(h.deps);
      h.setClock(61);
      await tellUntold(h.deps);
      const told = outcomes(notificationId);
      expect([step, new Set(told.map((one) => JSON.stringify(one))).size]).toEqual([step, 1]);
      expect(told[0]).toMatchObject({ status: 'not_reached', reason: 'too_large', revision: 0 });
    }
  });
});

describe('steps of a plan', () => {
  /** A push that went out and an SMS that waits to see whether it is needed. */
  async function plan(push: Partial<Delivery> & { status: DeliveryStatus }) {
    const first = await add(push.status, { channel: 'push', ...push });
    const second = sampleDelivery({
      ...{ _id: `d_${hex()}`, notificationId: first.notificationId, entity: 'office', contactId: idOf('c', '2') },
      ...{ step: 1, status: 'deferred', reason: 'waiting_step', dueAt: at(600) },
    });
    await h.ledger.deliveries.collection.insertOne(second as never);
    return { id: first.notificationId, second: second._id };
  }

  it('the next is skipped when the person was surely reached, and the outcome says so', async () => {
    const { id, second } = await plan({ status: 'delivered' });
    await settleOnce(h.deps);
    expect(await read(second)).toMatchObject({ status: 'skipped', reason: 'reached_earlier' });
    expect(outcomes(id)).toMatchObject([
      {
        status: 'reached',
        channels: [
          { channel: 'push', status: 'delivered' },
          { channel: 'sms', status: 'skipped', reason: 'reached_earlier' },
        ],
      },
    ]);
  });

  it('the next is taken at once when the one before failed', async () => {
    const { id, second } = await plan({ status: 'failed', reason: 'endpoint_gone' });
    await settleOnce(h.deps);
    await scheduleOnce(h.deps);
    expect([published(second), outcomes(id)]).toEqual([1, []]);
  });

  it('the next waits its time out when nobody knows whether the person was reached', async () => {
    const { id, second } = await plan({ status: 'sent', dueAt: NOON });
    await settleOnce(h.deps);
    await scheduleOnce(h.deps);
    expect([published(second), outcomes(id)]).toEqual([0, []]);
    h.setClock(600);
    await scheduleOnce(h.deps);
    expect(published(second)).toBe(1);
  });
});
