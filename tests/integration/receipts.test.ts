import { describe, expect, it } from '@jest/globals';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { startReceipts } from '../../services/receipts/service.ts';
import { settleOnce } from '../../services/receipts/settle.ts';
import { lookAgain } from '../../services/receipts/unmatched.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import type { StoredReceipt } from '../../services/shared/ledger/types.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { eventually } from '../support/eventually.ts';
import { committed } from '../support/kafka-topics.ts';
import { apply, contact, h, hex, message, outcomes, read, receipt, sent, useReceipts } from './receipts/bench.ts';

useReceipts();

describe('C18 late, repeated, early and unknown receipts', () => {
  it('delivered, sent, delivered, accepted: delivered, once, with one outcome', async () => {
    const { _id: deliveryId, notificationId } = await sent({ channel: 'sms' });
    const delivered = receipt('delivered', { deliveryId, channel: 'sms' });
    for (const one of [delivered, receipt('sent', { deliveryId }), delivered, receipt('accepted', { deliveryId })]) {
      await apply(one);
      await settleOnce(h.deps);
      expect((await read(deliveryId))?.status).toBe('delivered');
    }
    expect((await read(deliveryId))?.receipts.map(({ kind }) => kind)).toEqual(['delivered', 'sent', 'accepted']);
    expect(outcomes(notificationId)).toMatchObject([{ status: 'reached', revision: 0 }]);
  });

  it('one by the provider’s reference that comes before the reference is stored waits, and then counts', async () => {
    const providerRef = `ref-${hex()}`;
    const early = receipt('hard_bounce', { providerRef, reason: 'provider_refused' });
    await apply(early);
    const kept = () => h.ledger.receipts.findById(early.id).lean<StoredReceipt>();
    expect(await kept()).toMatchObject({ matched: false, dueAt: at(2) });
    h.setClock(2);
    await lookAgain(h.deps);
    expect((await kept())?.dueAt).toEqual(at(4));
    const { _id } = await sent({ providerRef });
    h.setClock(4);
    await lookAgain(h.deps);
    const back = h.told(h.topics.receipts).filter(({ id }) => id === early.id);
    expect(back).toEqual([early]);
    await apply(...back);
    expect(await kept()).toMatchObject({ matched: true, dueAt: null });
    expect(await read(_id)).toMatchObject({ status: 'bounced', reason: 'provider_refused' });
  });

  it('one that nobody knows is kept, looked for ever less often, and makes no delivery', async () => {
    const stranger = receipt('delivered', { providerRef: 'ref-of-nobody' });
    await apply(stranger, stranger);
    for (const seconds of [2, 4, 8, 16]) {
      h.setClock(seconds);
      await lookAgain(h.deps);
    }
    h.setClock(86_500);
    await lookAgain(h.deps);
    expect(await h.ledger.receipts.find({}).lean()).toMatchObject([{ _id: stranger.id, matched: false, dueAt: null }]);
    expect(await h.deliveries()).toEqual([]);
  });

  it('late evidence corrects the outcome, and the entity is told once more', async () => {
    const { _id: deliveryId, notificationId } = await sent({ dueAt: NOON });
    await settleOnce(h.deps);
    const bounce = receipt('hard_bounce', { deliveryId, reason: 'invalid_address' });
    for (let times = 0; times < 2; times++) {
      await apply(bounce);
      await settleOnce(h.deps);
    }
    expect(outcomes(notificationId)).toMatchObject([
      { status: 'reached', revision: 0 },
      { status: 'not_reached', reason: 'invalid_address', revision: 1 },
    ]);
  });

  it('evidence that the provider has it after all settles an unknown outcome, but is no last word', async () => {
    const { _id: deliveryId } = await sent({ status: 'unknown', reason: 'unknown_outcome', dueAt: at(60) });
    await apply(receipt('delayed', { deliveryId }));
    expect(await read(deliveryId)).toMatchObject({ status: 'sent', reason: null, dueAt: at(3_600) });
  });
});

describe('a crash of the receipts service', () => {
  it('after any step is made good by doing the batch again', async () => {
    const batch = async () => {
      const [bounced, full] = [await sent(), await sent({ channel: 'sms' })];
      const stranger = receipt('delivered', { providerRef: `ref-${hex()}` });
      const receipts = [
        receipt('hard_bounce', { deliveryId: bounced._id, reason: 'invalid_address' }),
        receipt('soft_bounce', { deliveryId: full._id, channel: 'sms', reason: 'unreachable_phone' }),
        stranger,
      ];
      return {
        bounced: bounced._id,
        full: full._id,
        stranger: stranger.id,
        messages: [...receipts.map(message), message('not json', 9)],
      };
    };
    const counted = crashAfter(h.deps);
    await applyReceipts((await batch()).messages, counted.deps);
    expect(counted.steps()).toBeGreaterThan(5);
    for (let step = 1; step <= counted.steps(); step++) {
      await h.person();
      const { bounced, full, stranger, messages } = await batch();
      await expect(applyReceipts(messages, crashAfter(h.deps, step).deps)).rejects.toThrow(Crash);
      await applyReceipts(messages, h.deps);
      const states = [(await read(bounced))?.status, (await read(full))?.status, (await contact('email')).state];
      expect([step, ...states]).toEqual([step, 'bounced', 'bounced', 'suspect']);
      expect([step, await contact('sms')]).toMatchObject([step, { state: 'verified', softBounces: 1 }]);
      expect(await h.ledger.receipts.findById(stranger).lean()).toMatchObject({ matched: false });
    }
  });
});

describe('through Kafka', () => {
  it('C22 good evidence counts behind poison; outcomes and dead letters come where they are looked for', async () => {
    const { _id: deliveryId, notificationId } = await sent();
    const poison = [null, 'not json', JSON.stringify(receipt('delivered', { evidence: 'k9.AAAA' }))];
    const values = [...poison, JSON.stringify(receipt('delivered', { deliveryId }))];
    const service = await startReceipts({ ...h.deps, settleRestMs: 50 });
    try {
      await h.producer.send([{ topic: h.topics.receipts, messages: values.map((value) => ({ key: 'k', value })) }]);
      await eventually(async () => expect((await read(deliveryId))?.status).toBe('delivered'));
      const feed = await eventually(async () => {
        const items = await h.ledger.feed.find({ entity: 'office' }).lean<{ outcome: string }[]>();
        const mine = items
          .map(({ outcome }) => JSON.parse(outcome))
          .filter((one) => one.notificationId === notificationId);
        expect(mine).toHaveLength(1);
        return mine;
      });
      expect(feed).toMatchObject([{ status: 'reached' }]);
      const letters = await eventually(async () => {
        const found = await h.ledger.deadLetters
          .find({ topic: h.topics.receipts, reason: { $in: ['empty', 'key_unknown'] } })
          .lean();
        expect(found).toHaveLength(2);
        return found;
      });
      expect(letters).toContainEqual(expect.objectContaining({ reason: 'empty', original: null }));
      await eventually(async () => {
        const [offset] = await committed(h.kafka, `${h.prefix}.receipts`, h.topics.receipts);
        expect(offset).toBeGreaterThanOrEqual(4);
      });
    } finally {
      await service.stop();
    }
  }, 60_000);
});
