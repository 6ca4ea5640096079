import { beforeEach, describe, expect, it } from '@jest/globals';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { h, message, read, useChannels } from './channels/bench.ts';
import { deliverNew, END, messages, noticeOf, outcomesOf, QUIET, round, takeDown, waiting } from './digest/bench.ts';

useChannels();
beforeEach(async () => {
  await h.person({ quietHours: QUIET });
  takeDown();
});

describe('notices that waited for the end of quiet hours', () => {
  it('go out as one message from three on, and all of them end with what became of it', async () => {
    const three = await waiting(3);
    await round(END - 1);
    expect(messages).toEqual([]);
    await round(END);
    expect(messages).toEqual([{ text: '3 notices', told: expect.arrayContaining(three.map(({ _id }) => _id)) }]);
    const [carrier] = messages[0]!.told;
    for (const { _id, notificationId } of three) {
      const one = await read(_id);
      expect(one).toMatchObject({ status: 'sent', reason: _id === carrier ? null : 'in_digest' });
      if (_id !== carrier)
        expect(one).toMatchObject({ carriedBy: { deliveryId: carrier }, attempts: [], segments: null, notificationId });
    }
    await round(END + 60);
    for (const one of three) expect(outcomesOf(one)).toMatchObject([{ status: 'reached', revision: 0 }]);
    const bounce = { id: `r_${'9'.repeat(32)}`, provider: 'sample', channel: 'sms', deliveryId: carrier };
    const report = { ...bounce, kind: 'hard_bounce', reason: 'unreachable_phone' };
    const moment = { occurredAt: NOON.toISOString(), receivedAt: NOON.toISOString() };
    await applyReceipts([message(JSON.stringify({ ...report, ...moment }))], h.deps);
    await round(END + 61);
    for (const one of three) expect(outcomesOf(one).at(-1)).toMatchObject({ status: 'not_reached', revision: 1 });
    expect(messages).toHaveLength(1);
  });

  it('go out one by one when there are two, or when the settings say so', async () => {
    const two = await waiting(2);
    await round(END);
    expect(messages.map(({ told }) => told).toSorted()).toEqual(two.map(({ _id }) => [_id]).toSorted());
    h.setClock(0);
    await waiting(3);
    h.setClock(END);
    await scheduleOnce({ ...h.deps, digestFrom: 0 });
    await deliverNew();
    expect(messages.slice(2).map(({ text }) => text)).toEqual(['AB-2027/15', 'AB-2027/15', 'AB-2027/15']);
  });

  it('are judged at the moment of sending: what was cancelled, has expired or is not wanted any more is not told of', async () => {
    const [cancelled] = await waiting(1);
    const [expiring] = await waiting(1, { expirytime: new Date(NOON.getTime() + (END + 1) * 1_000).toISOString() });
    const rest = await waiting(3);
    h.setClock(END);
    await scheduleOnce(h.deps);
    await h.ledger.notifications.updateOne({ _id: cancelled!.notificationId }, { $set: { cancelledAt: NOON } });
    h.setClock(END + 1);
    await deliverNew();
    await round(END + 2);
    expect(messages).toMatchObject([{ text: '3 notices' }]);
    expect(messages[0]!.told.toSorted()).toEqual(rest.map(({ _id }) => _id).toSorted());
    expect((await read(cancelled!._id))?.status).toBe('cancelled');
    expect((await read(expiring!._id))?.status).toBe('expired');
    expect(await noticeOf(expiring!)).toMatchObject({ status: 'not_reached', reason: 'expired' });

    h.setClock(0);
    const unwanted = await waiting(3);
    h.setClock(END);
    await scheduleOnce(h.deps);
    const no = { entity: 'office', category: '*', channel: '*' as const, allow: false, at: NOON };
    await h.person({ quietHours: QUIET, preferences: [no] });
    await deliverNew();
    await round(END + 3);
    for (const one of unwanted) expect(await read(one._id)).toMatchObject({ status: 'skipped', reason: 'opted_out' });
    expect(messages).toHaveLength(1);
  });

  it('find another message when the one that carried them is not sent', async () => {
    const four = await waiting(4);
    h.setClock(END);
    await scheduleOnce(h.deps);
    const carrier = (await h.deliveries()).find(({ carries = [] }) => carries.length > 0)!;
    await h.ledger.notifications.updateOne({ _id: carrier.notificationId }, { $set: { cancelledAt: NOON } });
    await deliverNew();
    expect(messages).toEqual([]);
    await round(END + 1);
    const others = four.filter(({ _id }) => _id !== carrier._id).map(({ _id }) => _id);
    expect(messages).toMatchObject([{ text: '3 notices', told: expect.arrayContaining(others) }]);
    expect((await read(carrier._id))?.status).toBe('cancelled');
  });

  it('share the attempts of their message, and its failure', async () => {
    takeDown((_, call) => (call === 1 ? { kind: 'retry', reason: 'provider_unavailable', code: '503' } : refused));
    const three = await waiting(3);
    for (const seconds of [0, 3, 4, 5]) await round(END + seconds);
    expect(messages.map(({ text }) => text)).toEqual(['3 notices', '3 notices']);
    for (const one of three) {
      expect(await read(one._id)).toMatchObject({ status: 'failed', reason: 'rejected_content' });
      expect(outcomesOf(one)).toMatchObject([{ status: 'not_reached', reason: 'rejected_content' }]);
    }
  });

  it('are one message also when several schedulers meet', async () => {
    const three = await waiting(3);
    h.setClock(END);
    await Promise.all([1, 2, 3].map(() => scheduleOnce(h.deps)));
    await deliverNew();
    expect(messages.map(({ text }) => text)).toEqual(['3 notices']);
    expect(await h.deliveries({ status: 'sent' })).toHaveLength(three.length);
  });
});

const refused = { kind: 'refused', reason: 'rejected_content', code: 'x', contact: 'keep' } as const;

describe('a process killed at any step', () => {
  it('of the scheduler leaves each notice in exactly one message', async () => {
    for (let steps = 1, crashed = true; crashed; steps++) {
      takeDown();
      h.setClock(0);
      const three = (await waiting(3)).map(({ _id }) => _id);
      h.setClock(END);
      crashed = await dies(() => scheduleOnce(crashAfter(h.deps, steps).deps));
      for (const later of [1, 300, 301, 601]) await round(END + later);
      expect([steps, messages.flatMap(({ told }) => told).toSorted()]).toEqual([steps, three.toSorted()]);
    }
  });

  it('of a worker leaves each notice in one message at most, and none without an outcome', async () => {
    for (let steps = 1, crashed = true; crashed; steps++) {
      takeDown();
      h.setClock(0);
      const [gone, ...four] = await waiting(5, { expirytime: new Date(NOON.getTime() + 7_200_000).toISOString() });
      h.setClock(END);
      await scheduleOnce(h.deps);
      await h.ledger.notifications.updateOne({ _id: gone!.notificationId }, { $set: { cancelledAt: NOON } });
      crashed = await dies(() => deliverNew(crashAfter(h.channel('sms'), steps).deps));
      for (const later of [1, 121, 200, 300, 310, 400, 601, 5_400, 5_401, 5_402]) await round(END + later);
      const told = messages.flatMap((one) => one.told);
      expect([steps, told.length]).toEqual([steps, new Set(told).size]);
      for (const one of [gone!, ...four]) expect([steps, outcomesOf(one).length]).toEqual([steps, 1]);
      const ends = await Promise.all(four.map(async (one) => [told.includes(one._id), (await noticeOf(one))?.status]));
      for (const [wasTold, status] of ends) if (!wasTold) expect([steps, status]).toEqual([steps, 'not_reached']);
    }
  }, 60_000);
});

async function dies(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof Crash) return true;
    throw error;
  }
}
