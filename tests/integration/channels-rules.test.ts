import { describe, expect, it } from '@jest/globals';
import { applyReceipts } from '../../services/receipts/apply.ts';
import { scheduleOnce } from '../../services/router/scheduler.ts';
import { at, NOON } from '../../services/shared/ledger/samples.ts';
import type { Subscriber } from '../../services/shared/ledger/types.ts';
import { CPR } from '../support/harness.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { deliver, h, message, only, read, route, useChannels } from './channels/bench.ts';

useChannels();

describe('C23 at the moment of sending', () => {
  it('the down channel is tried again with fresh rules: opted out since, expired since, and never the other channel', async () => {
    h.providers.sms.answerWith(() => ({ kind: 'retry', reason: 'provider_unavailable', code: '503' }));
    const x = await route(h.event({ type: TYPES.both }));
    const y = await route(h.event({ type: TYPES.code, expirytime: at(60).toISOString() }));
    const [smsX, mailX] = [only(x, 'sms'), only(x, 'email')];
    await deliver('email', mailX);
    await deliver('sms', [...smsX, ...y]);
    expect(await read(smsX[0]!._id)).toMatchObject({ status: 'deferred', reason: 'provider_unavailable' });
    const optOut = { entity: 'office', category: '*', channel: '*', allow: false, at: at(10) };
    await h.ledger.subscribers.updateOne({}, { $set: { preferences: [optOut] } });
    h.setClock(90);
    h.providers.sms.answerWith(({ deliveryId }) => ({ kind: 'accepted', providerRef: deliveryId, code: null }));
    h.providers.sms.calls.length = 0;
    for (let replay = 0; replay < 2; replay++) {
      await scheduleOnce(h.deps);
      await deliver('sms', [...smsX, ...y]);
      await deliver('email', mailX);
    }
    expect(h.providers.sms.calls).toEqual([]);
    expect(h.providers.email.calls).toHaveLength(1);
    expect(await read(smsX[0]!._id)).toMatchObject({ status: 'skipped', reason: 'opted_out' });
    expect(await read(y[0]!._id)).toMatchObject({ status: 'expired' });
  });

  it('cancelled since: not sent', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    await h.ledger.notifications.updateOne({ _id: one!.notificationId }, { $set: { cancelledAt: NOON } });
    await deliver('sms', [one!]);
    expect([h.providers.sms.calls, (await read(one!._id))?.status]).toEqual([[], 'cancelled']);
  });

  it('C26 in quiet hours since: held until their end, then sent once', async () => {
    const [one] = await route(h.event({ type: TYPES.sms }));
    await h.ledger.subscribers.updateOne({}, { $set: { quietHours: { from: '11:00', to: '14:00' } } });
    await deliver('sms', [one!]);
    expect(await read(one!._id)).toMatchObject({ status: 'deferred', reason: 'quiet_hours', dueAt: at(7_200) });
    h.setClock(7_200);
    await scheduleOnce(h.deps);
    await deliver('sms', [one!, one!]);
    expect(h.providers.sms.sent()).toEqual([one!._id]);
  });
});

describe('C35 devices', () => {
  const endpoint = (n: number) => ({
    channel: 'push' as const,
    kind: 'webpush' as const,
    address: `{"endpoint":"https://push.test/${n}"}`,
  });
  const devices = async () => {
    const person = await h.ledger.subscribers.findById(h.deps.blind.subscriberId(CPR)).lean<Subscriber>();
    return (person?.contacts ?? []).map(({ address }) => h.sealer.open(address, 'address')).toSorted();
  };
  /** What the channel told about contacts goes to the receipts service. */
  const passEvidence = (from: number) =>
    applyReceipts(
      h
        .told(h.topics.receipts)
        .slice(from)
        .map((receipt, n) => message(JSON.stringify(receipt), n)),
      h.deps,
    );

  it('are forgotten when they are gone, and only then', async () => {
    await h.person({ contacts: [1, 2, 3, 4, 5].map(endpoint) });
    const answers = {
      1: { kind: 'refused', reason: 'endpoint_gone', code: '410', contact: 'dead' },
      2: { kind: 'throttled', code: '429' },
      3: { kind: 'retry', reason: 'provider_unavailable', code: '500' },
      4: { kind: 'refused', reason: 'too_large', code: '413', contact: 'keep' },
      5: { kind: 'accepted', providerRef: null, code: '201' },
    } as const;
    h.providers.push.answerWith(({ address }) => answers[Number(address.at(-3)) as 1]);
    const before = h.told(h.topics.receipts).length;
    await deliver('push', await route(h.event({ type: TYPES.push })));
    await passEvidence(before);
    expect(await devices()).toEqual([2, 3, 4, 5].map((n) => endpoint(n).address));
    h.providers.push.calls.length = 0;
    await deliver('push', await route(h.event({ type: TYPES.push })));
    expect(h.providers.push.calls).toHaveLength(4);
  });

  it('that were renewed before the old endpoint was found gone stay', async () => {
    await h.person({ contacts: [endpoint(1)] });
    const old = await route(h.event({ type: TYPES.push }));
    h.providers.push.answerWith(() => ({ kind: 'refused', reason: 'endpoint_gone', code: '410', contact: 'dead' }));
    const before = h.told(h.topics.receipts).length;
    await deliver('push', old);
    await h.person({ contacts: [endpoint(2)] });
    await passEvidence(before);
    expect(await devices()).toEqual([endpoint(2).address]);
  });
});
