import { describe, expect, it } from '@jest/globals';
import { claimDeliveries } from '../../services/channels/claim.ts';
import type { ChannelDeps } from '../../services/channels/deps.ts';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import type { Delivery } from '../../services/shared/ledger/types.ts';
import { crashAfter } from '../support/crashing.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { deliver, h, message, read, route, useChannels } from './channels/bench.ts';

useChannels();

describe('C16 nobody knows whether the provider took it', () => {
  const timeOut = () => h.providers.sms.answerWith(() => ({ kind: 'unknown', code: 'timeout' }));
  /** A minute later: what may be sent again is, to the lane and from there. */
  async function again(one: Delivery, seconds: number) {
    h.setClock(seconds);
    await scheduleOnce(h.deps);
    await deliver('sms', [one]);
  }

  it('a class that is sent again: one attempt more, with the same client reference, and then no more', async () => {
    timeOut();
    const [one] = await route(h.event({ type: TYPES.code }));
    await deliver('sms', [one!]);
    for (const seconds of [30, 60, 120, 180, 240]) await again(one!, seconds);
    expect(h.providers.sms.sent()).toEqual([one!._id, one!._id]);
    expect(await read(one!._id)).toMatchObject({ status: 'unknown', unknowns: 2, attempts: [{ no: 1 }, { no: 2 }] });
  });

  it('a class that is held: no second attempt', async () => {
    timeOut();
    const [one] = await route(h.event({ type: TYPES.sms }));
    await deliver('sms', [one!]);
    for (const seconds of [60, 600, 6_000]) await again(one!, seconds);
    expect(h.providers.sms.sent()).toEqual([one!._id]);
  });

  it('both receipts of a message that was sent twice attach to one delivery, and the second changes nothing', async () => {
    timeOut();
    const [one] = await route(h.event({ type: TYPES.code }));
    await deliver('sms', [one!]);
    await again(one!, 60);
    const receipt = (digit: string) => ({
      ...{ id: `r_${digit.repeat(32)}`, provider: 'sample', channel: 'sms', deliveryId: one!._id, kind: 'delivered' },
      ...{ occurredAt: NOON.toISOString(), receivedAt: NOON.toISOString() },
    });
    for (const digit of ['1', '2']) await applyReceipts([message(JSON.stringify(receipt(digit)))], h.deps);
    expect(await read(one!._id)).toMatchObject({
      status: 'delivered',
      receipts: [{ id: `r_${'1'.repeat(32)}` }, { id: `r_${'2'.repeat(32)}` }],
    });
    await again(one!, 600);
    expect(h.providers.sms.calls).toHaveLength(2);
  });

  it('a worker killed between sending and storing: the message that comes again is not sent blind', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    // The claim is the first write, storing the second; the provider is called in between.
    const worker = crashAfter(h.channel('sms'), 2);
    const storing = { ...worker.deps, provider: dyingAfterSend(h.providers.sms) };
    await expect(Promise.race([deliver('sms', [one!], storing), storing.provider.dead])).resolves.toBe('dead');
    expect(h.providers.sms.sent()).toEqual([one!._id]);
    for (let times = 0; times < 2; times++) await deliver('sms', [one!]);
    for (const seconds of [121, 182, 400]) await again(one!, seconds);
    expect(h.providers.sms.sent()).toEqual([one!._id]);
    expect(await read(one!._id)).toMatchObject({ status: 'unknown', attempts: [{ code: 'worker_lost' }] });
  });

  it('a claim that two workers race for goes to one', async () => {
    const some = await route(...Array.from({ length: 40 }, () => h.event({ type: TYPES.sms })));
    const ids = some.map(({ _id }) => _id);
    const claims = await Promise.all([1, 2, 3, 4].map(() => claimDeliveries(h.ledger, ids, NOON, 120_000)));
    expect(claims.flatMap(({ deliveries }) => deliveries.map(({ _id }) => _id)).toSorted()).toEqual(ids.toSorted());
  });
});

describe('C18 a receipt that is faster than the worker', () => {
  it('wins over what the worker stores, and the attempt is kept', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    h.providers.sms.answerWith(async ({ deliveryId }) => {
      const receipt = {
        ...{ id: `r_${'a'.repeat(32)}`, provider: 'sample', channel: 'sms', deliveryId, kind: 'delivered' },
        ...{ occurredAt: NOON.toISOString(), receivedAt: NOON.toISOString() },
      };
      await applyReceipts([message(JSON.stringify(receipt))], h.deps);
      return { kind: 'accepted', providerRef: 'ref-early', code: null };
    });
    await deliver('sms', [one!]);
    expect(await read(one!._id)).toMatchObject({
      ...{ status: 'delivered', claim: null, providerRef: 'ref-early', attempts: [{ result: 'accepted' }] },
    });
  });
});

/** The provider takes the message, and with that the process is gone: whoever waits for the answer waits for ever. */
function dyingAfterSend(provider: ChannelDeps['provider']) {
  const { promise: dead, resolve } = Promise.withResolvers<'dead'>();
  return {
    ...provider,
    dead,
    async send(request: Parameters<typeof provider.send>[0]) {
      await provider.send(request);
      resolve('dead');
      return new Promise<never>(() => {});
    },
  };
}
