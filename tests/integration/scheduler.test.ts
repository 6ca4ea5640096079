import { describe, expect, it } from '@jest/globals';
import { storeResults } from '../../services/channels/store.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import type { Delivery } from '../../services/shared/ledger/types.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { add, h, outcomes, published, read, useScheduler } from './scheduler/bench.ts';

useScheduler();

describe('what is due', () => {
  it('goes back to its lane; what is not due waits', async () => {
    const [due, later] = [await add('deferred'), await add('deferred', { dueAt: at(1) })];
    await scheduleOnce(h.deps);
    expect([published(due._id), published(later._id)]).toEqual([1, 0]);
    expect(await read(due._id)).toMatchObject({ status: 'queued', dueAt: at(300), queuedAt: NOON });
    expect((await read(later._id))?.status).toBe('deferred');
  });

  it('is moved exactly once by several schedulers at once', async () => {
    const due = await Promise.all(Array.from({ length: 60 }, () => add('deferred')));
    await Promise.all([1, 2, 3, 4].map(() => scheduleOnce(h.deps)));
    expect(due.map(({ _id }) => published(_id))).toEqual(Array(60).fill(1));
  });

  it('whose message was lost on the way is published again, and only when it is overdue', async () => {
    const waiting = await add('deferred');
    await expect(scheduleOnce(crashAfter(h.deps, 1).deps)).rejects.toThrow(Crash);
    expect([(await read(waiting._id))?.status, published(waiting._id)]).toEqual(['queued', 0]);
    await scheduleOnce(h.deps);
    expect(published(waiting._id)).toBe(0);
    h.setClock(300);
    await scheduleOnce(h.deps);
    expect(published(waiting._id)).toBe(1);
    await scheduleOnce(h.deps);
    expect(published(waiting._id)).toBe(1);
  });
});

describe('C16 a worker that died with a claim', () => {
  const lost = (more: Partial<Delivery> = {}) => add('sending', { claim: 'gone', ...more });

  it('is not waited for longer than its claim, and leaves an unknown outcome with its place among the attempts', async () => {
    const first = { no: 1, provider: 'sns-sms', result: 'retry' } as Delivery['attempts'][number];
    const [dead, alive] = [await lost({ attempts: [first] }), await lost({ dueAt: at(1) })];
    await scheduleOnce(h.deps);
    expect(await read(dead._id)).toMatchObject({
      ...{ status: 'unknown', reason: 'unknown_outcome', unknowns: 1 },
      attempts: [first, { no: 2, result: 'unknown', code: 'worker_lost' }],
    });
    expect((await read(alive._id))?.status).toBe('sending');
  });

  it('held: nothing is sent, and the notice ends unreached when it expires, in one outcome', async () => {
    const { _id, notificationId } = await lost({ onUnknown: 'hold' });
    for (const seconds of [0, 60, 600, 3_599]) {
      h.setClock(seconds);
      await scheduleOnce(h.deps);
      await settleOnce(h.deps);
    }
    expect([(await read(_id))?.status, published(_id), outcomes(notificationId)]).toEqual(['unknown', 0, []]);
    h.setClock(3_600);
    for (let round = 0; round < 2; round++) {
      await scheduleOnce(h.deps);
      await settleOnce(h.deps);
    }
    expect(published(_id)).toBe(0);
    expect(outcomes(notificationId)).toMatchObject([{ status: 'not_reached', reason: 'unknown_outcome' }]);
  });

  it('sent once more where its class says so, and held after the second time', async () => {
    const { _id } = await lost({ onUnknown: 'resend' });
    await scheduleOnce(h.deps);
    expect([(await read(_id))?.status, published(_id)]).toEqual(['queued', 1]);
    await h.ledger.deliveries.updateOne({ _id }, { $set: { status: 'sending', dueAt: NOON } });
    for (let round = 0; round < 3; round++) await scheduleOnce(h.deps);
    expect(await read(_id)).toMatchObject({ status: 'unknown', unknowns: 2, dueAt: at(3_600) });
    expect(published(_id)).toBe(1);
  });

  it('never sent again after the expiry', async () => {
    const { _id, notificationId } = await lost({ onUnknown: 'resend', expiresAt: NOON });
    await scheduleOnce(h.deps);
    await settleOnce(h.deps);
    expect([published(_id), outcomes(notificationId).length]).toEqual([0, 1]);
  });

  it('that was only slow stores what it knows, unless somebody sent again meanwhile', async () => {
    const result = (delivery: Delivery) => ({
      delivery,
      change: {
        status: 'sent' as const,
        reason: null,
        dueAt: at(60),
        updatedAt: NOON,
        providerRef: 'ref-1',
        sentAt: NOON,
      },
      attempt: {
        ...{ no: 1, provider: 'p', startedAt: NOON, endedAt: NOON, result: 'accepted' as const },
        reason: null,
        providerRef: 'ref-1',
        code: null,
      },
    });
    const [held, resent] = [await lost({ onUnknown: 'hold' }), await lost({ onUnknown: 'resend' })];
    await scheduleOnce(h.deps);
    await storeResults(h.ledger, 'gone', [result(held), result(resent)]);
    expect(await read(held._id)).toMatchObject({ status: 'sent', claim: null, providerRef: 'ref-1' });
    expect(await read(resent._id)).toMatchObject({ status: 'queued', providerRef: null });
  });
});
