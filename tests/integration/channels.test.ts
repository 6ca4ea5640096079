import { describe, expect, it } from '@jest/globals';
import { deliverBatch } from '../../services/channels/deliver.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { at } from '../../services/shared/ledger/samples.ts';
import type { Delivery } from '../../services/shared/ledger/types.ts';
import { intercept, lostAnswer } from '../support/intercept.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { deliver, h, lane, message, read, route, useChannels } from './channels/bench.ts';

useChannels();

describe('delivering', () => {
  it('hands each delivery to the provider with its opened address, and stores what it answered', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    await deliver('sms', [one!]);
    expect(h.providers.sms.calls).toMatchObject([
      { deliveryId: one!._id, address: '+97336001234', message: { text: 'AB-2027/15' } },
    ]);
    expect(await read(one!._id)).toMatchObject({
      ...{ status: 'sent', claim: null, providerRef: `ref-${one!._id}`, segments: 1, language: 'en', dueAt: at(60) },
      attempts: [{ no: 1, provider: 'recording-sms', result: 'accepted' }],
    });
  });

  it('C17 sends what stands twice on the lane, or is taken by two workers at once, one time', async () => {
    const some = await route(...Array.from({ length: 30 }, () => h.event({ type: TYPES.sms })));
    await Promise.all([1, 2, 3].map(() => deliver('sms', [...some, ...some])));
    expect(h.providers.sms.sent().toSorted()).toEqual(some.map(({ _id }) => _id).toSorted());
  });

  it('takes a batch larger than a chunk whole', async () => {
    const some = await route(...Array.from({ length: 230 }, () => h.event({ type: TYPES.sms })));
    await deliver('sms', some);
    expect(new Set(h.providers.sms.sent()).size).toBe(230);
    expect((await h.deliveries({ status: 'sent' })).length).toBe(230);
  }, 60_000);

  it('C22 puts aside what is no delivery, and sends the rest', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    const bad = [null, 'not json', '{"deliveryId":{"$ne":""}}'].map((value, n) => message(value, n));
    await deliverBatch([...bad, ...lane([one!])], h.channel('sms'));
    expect(h.providers.sms.sent()).toEqual([one!._id]);
    const letters = h.told(h.topics.deadLetters).slice(-3);
    expect(letters.map(({ reason, original }) => [reason, original === null])).toEqual([
      ['empty', true],
      ['schema', false],
      ['schema', false],
    ]);
  });

  it('C11 lets a notice that cannot be written fail alone', async () => {
    const [bad, good] = await route(h.event({ type: TYPES.sms }), h.event({ type: TYPES.sms }));
    await h.ledger.notifications.updateOne({ _id: bad!.notificationId }, { $set: { data: 'k9.AAAA' } });
    await deliver('sms', [bad!, good!]);
    expect(h.providers.sms.sent()).toEqual([good!._id]);
    expect(await read(bad!._id)).toMatchObject({
      status: 'failed',
      reason: 'template_error',
      attempts: [{ code: 'key_unknown' }],
    });
  });

  it('sends the notices of a case in their order, one after the other', async () => {
    const events = Array.from({ length: 12 }, (_, n) =>
      h.event({ type: TYPES.sms, correlationid: 'case-1', sequence: String(n) }),
    );
    const some: Delivery[] = [];
    for (const event of events) some.push(...(await route(event)));
    let underWay = 0;
    h.providers.sms.answerWith(async ({ deliveryId }) => {
      expect(++underWay).toBe(1);
      await new Promise(setImmediate);
      underWay -= 1;
      return { kind: 'accepted', providerRef: deliveryId, code: null };
    });
    await deliver('sms', some);
    expect(h.providers.sms.sent()).toEqual(some.map(({ _id }) => _id));
  });

  it('does not send an older notice of a case after a newer one has gone', async () => {
    const [old] = await route(h.event({ type: TYPES.sms, correlationid: 'case-2', sequence: '1' }));
    const [young] = await route(h.event({ type: TYPES.sms, correlationid: 'case-2', sequence: '2' }));
    await deliver('sms', [young!]);
    await deliver('sms', [old!]);
    expect(await read(old!._id)).toMatchObject({ status: 'superseded', reason: 'superseded' });
    expect(h.providers.sms.sent()).toEqual([young!._id]);
  });
});

describe('a passing fault of the ledger', () => {
  it('while results are stored: nothing is sent again and nothing is lost', async () => {
    const [one, two] = await route(h.event({ type: TYPES.sms }), h.event({ type: TYPES.sms }));
    await deliver('sms', [one!, two!], intercept(h.channel('sms'), 'deliveries', 'bulkWrite', lostAnswer()));
    expect((await h.deliveries({ status: 'sent' })).length).toBe(2);
    expect(h.providers.sms.calls).toHaveLength(2);
  });

  it('while deliveries are claimed: what the first try claimed is not left behind', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    await deliver('sms', [one!], intercept(h.channel('sms'), 'deliveries', 'updateMany', lostAnswer()));
    expect((await read(one!._id))?.status).toBe('sent');
  });
});

describe('a stop', () => {
  it('waits for the calls under way and stores them; the rest goes back unsent, at once', async () => {
    const some = await route(...Array.from({ length: 130 }, () => h.event({ type: TYPES.sms })));
    let stopping = false;
    h.providers.sms.answerWith(({ deliveryId }, call) => {
      if (call === 30) stopping = true;
      return { kind: 'accepted', providerRef: deliveryId, code: null };
    });
    expect(await deliverBatch(lane(some), h.channel('sms'), () => stopping)).toBe(false);
    const sent = h.providers.sms.sent();
    expect(sent.length).toBeLessThan(60);
    expect((await h.deliveries({ status: 'sent' })).map(({ _id }) => _id)).toEqual(sent.toSorted());
    expect(await h.deliveries({ status: { $in: ['sending', 'unknown'] } })).toEqual([]);
    await scheduleOnce(h.deps);
    stopping = false;
    await deliver('sms', some);
    expect(h.providers.sms.sent().toSorted()).toEqual(some.map(({ _id }) => _id).toSorted());
  });
});
