import { describe, expect, it } from '@jest/globals';
import { settleOnce } from '../../../services/receipts/settle.ts';
import { sampleDelivery, sampleNotification } from '../../../services/shared/ledger/samples.ts';
import { topics } from '../../../services/shared/topics.ts';
import { type Json, useRegistry } from './setup.ts';

const t = useRegistry();
const DAY = 86_400_000;
const TYPE = 'bh.gov.moic.sijilat.licence.renewed.v1';

async function told(no: number, more: object = {}) {
  const who = await t.person();
  const sms = await t.verified(who, t.mobile());
  const mail = (await who.call('POST', '/me/contacts', { channel: 'email', address: `p${no}@example.com` })).body.id;
  await who.call('POST', `/me/contacts/${mail}/verify`, { code: t.codesFor(mail).at(-1) });
  const subscriberId = (await who.call('GET', '/me')).body.id;
  const _id = `n_${String(no).repeat(32)}`;
  const at = new Date(t.clock);
  const notice = { _id, subscriberId, type: TYPE, mandatory: true, status: 'reached', acceptedAt: at, outcomeAt: at };
  const done = { status: 'delivered', dueAt: null, channel: 'sms', contactId: sms, notificationId: _id, subscriberId };
  await t.ledger.notifications.insertMany([sampleNotification({ ...notice, readAt: null, ...more } as Json)] as Json);
  await t.ledger.deliveries.insertMany([sampleDelivery({ _id: `d_${no}`, ...done } as Json)] as Json);
  return { _id, mail, who };
}

const deliveriesOf = (notificationId: string) => t.ledger.deliveries.find({ notificationId }).lean();

describe('a mandatory notice that nobody opens', () => {
  it('is told again by another channel after three days, once, and its entity hears of it', async () => {
    const { _id, mail } = await told(1);
    t.clock += 2.9 * DAY;
    await t.registry.tend();
    expect(await deliveriesOf(_id)).toHaveLength(1);

    t.clock += 0.2 * DAY;
    await Promise.all([t.registry.tend(), t.registry.tend()]);
    t.clock += DAY;
    await t.registry.tend();
    const again = (await deliveriesOf(_id)).filter(({ step }) => step > 0);
    expect(again).toMatchObject([{ channel: 'email', contactId: mail, status: 'deferred' }]);

    const sent: Json[] = [];
    const producer = { send: async (messages: Json[]) => void sent.push(...messages.flatMap((one) => one.messages)) };
    const deps = { ledger: t.ledger, metrics: t.metrics, topics: topics('t'), producer } as Json;
    const due = new Date(t.clock);
    await t.ledger.deliveries.updateOne({ _id: again[0]!._id }, { $set: { status: 'delivered', dueAt: due } });
    for (let round = 0; round < 3; round += 1) await settleOnce({ ...deps, clock: () => new Date(t.clock) });
    const outcomes = sent.map(({ value }) => JSON.parse(value));
    expect(outcomes).toMatchObject([{ notificationId: _id, status: 'reached', revision: 1 }]);
    expect(outcomes[0].channels.map(({ channel }: Json) => channel).sort()).toEqual(['email', 'sms']);
  });

  it('is left alone when it was opened, is optional, or a test', async () => {
    const others = [
      await told(2, { readAt: new Date(t.clock) }),
      await told(3, { mandatory: false }),
      await told(4, { test: true }),
    ];
    t.clock += 3.5 * DAY;
    await t.registry.tend();
    for (const { _id } of others) expect(await deliveriesOf(_id)).toHaveLength(1);
  });
});
