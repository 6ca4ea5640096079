import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../deploy/local/demo/eventually.ts';
import { endControl, placeControl } from '../../services/console/controls/index.ts';
import type { Asked } from '../../services/console/controls/request.ts';
import { providersOf } from '../../services/shared/controls/providers.ts';
import type { Control, Delivery, StoredReceipt } from '../../services/shared/ledger/types.ts';
import { twoOfEach } from '../scenarios/failover/stage.ts';
import { deliveriesOf, eventOf, publish } from '../support/e2e/notices.ts';
import { person } from '../support/e2e/people.ts';
import { useStage } from '../support/e2e/stage.ts';

const stage = useStage({
  around: twoOfEach,
  // Only one of each has weight, so that it is known who is asked first; texts are not settled by silence.
  env: { SNS_SMS_WEIGHT: '0', SMTP_WEIGHT_2: '0', SETTLE_SMS_SECONDS: '600' },
});

const deliveryOf = async (id: string, channel: string): Promise<Delivery | undefined> =>
  (await deliveriesOf(stage, id)).find((delivery) => delivery.channel === channel);
const whenIn = (id: string, channel: string, status: string): Promise<Delivery> =>
  eventually(`${channel} ${status}`, async () => {
    const delivery = await deliveryOf(id, channel);
    return delivery?.status === status ? delivery : null;
  });
const receiptsOf = ({ _id }: Delivery) =>
  stage.runtime.ledger.receipts.find({ deliveryId: _id, provider: 'sms-gateway' }).lean<StoredReceipt[]>();
const callbacks = async (result: string): Promise<number> => {
  const { values } = await stage.runtime.metrics.callbacks.get();
  return values.find(({ labels }) => labels.source === 'sms-gateway' && labels.result === result)?.value ?? 0;
};
const notice = async (change: Parameters<typeof person>[1] = {}) => {
  const who = await person(stage, { channels: ['sms', 'email'], ...change });
  return publish(stage, eventOf('sijilat-licence-renewed', who.subject));
};

describe('two providers a channel', () => {
  it('send by the first, under its name, and believe its report', async () => {
    const id = await notice();
    const text = await whenIn(id, 'sms', 'delivered');
    expect(text).toMatchObject({
      provider: 'sms-gateway',
      attempts: [{ provider: 'sms-gateway', result: 'accepted' }],
    });
    expect(stage.outbox.sms().at(-1)).toMatchObject({ by: 'sms-gateway' });
  });

  it('have the second send the same text at once when the first is down, and tell of both calls', async () => {
    const who = await person(stage, { channels: ['sms'] });
    stage.providers.chaos('sms-gateway', 'refuse');
    const id = await publish(stage, eventOf('sijilat-licence-renewed', who.subject));
    const text = await whenIn(id, 'sms', 'delivered');
    stage.providers.chaos('sms-gateway', 'ok');
    expect(text.provider).toBe('sns-sms');
    expect(text.attempts).toMatchObject([
      { no: 1, provider: 'sms-gateway', result: 'retry', reason: 'provider_unavailable', code: 'unavailable' },
      { no: 2, provider: 'sns-sms', result: 'accepted' },
    ]);
    expect(stage.outbox.sms().filter(({ to, by }) => to === who.mobile && !by)).toHaveLength(1);
  });

  it('have the second relay send when the first is down', async () => {
    const who = await person(stage, { channels: ['email'] });
    stage.providers.chaos('email', 'refuse');
    const id = await publish(stage, eventOf('sijilat-licence-renewed', who.subject));
    const mail = await eventually('the mail', async () => {
      const delivery = await deliveryOf(id, 'email');
      return delivery?.sentAt ? delivery : null;
    });
    stage.providers.chaos('email', 'ok');
    expect(mail.attempts.map(({ provider, result }) => `${provider} ${result}`)).toEqual([
      'smtp retry',
      'smtp-2 accepted',
    ]);
  });
});

describe('what operators say of providers', () => {
  const because = 'the gateway is being repaired';
  const tools = () => ({ ...stage.runtime, providers: providersOf(stage.runtime.settings) });
  const place = async (asked: Omit<Asked, 'because'>) => {
    const control = await placeControl({ ...asked, because }, 'op', tools());
    // Processes look at the controls once a second at most.
    await eventually('the control in force', async () => {
      const standing = await stage.runtime.controls.current();
      return standing.some(({ _id }) => _id === control._id) ? true : null;
    });
    return control;
  };
  afterEach(async () => {
    await stage.runtime.ledger.controls.deleteMany({});
    await eventually('no control in force', async () =>
      (await stage.runtime.controls.current()).length === 0 ? true : null,
    );
  });
  const end = ({ _id }: Control) => endControl(_id, { by: 'op', because }, tools());

  it('of a paused one: the other sends; of both: it waits without an attempt, and goes when one is back', async () => {
    const gateway = await place({ kind: 'pause', scope: { provider: 'sms-gateway' }, codes: 'send' });
    const byOther = await whenIn(await notice({ channels: ['sms'] }), 'sms', 'delivered');
    expect(byOther.attempts.map(({ provider }) => provider)).toEqual(['sns-sms']);
    const sns = await place({ kind: 'pause', scope: { provider: 'sns-sms' }, codes: 'send' });
    const id = await notice({ channels: ['sms'] });
    expect(await whenIn(id, 'sms', 'deferred')).toMatchObject({ reason: 'paused', attempts: [] });
    await Promise.all([end(gateway), end(sns)]);
    expect(await whenIn(id, 'sms', 'delivered')).toMatchObject({ provider: 'sms-gateway', attempts: [{ no: 1 }] });
  });

  it('of weights: they hold in place of the settings', async () => {
    const none = await place({ kind: 'weight', scope: { provider: 'sms-gateway' }, weight: 0 });
    const all = await place({ kind: 'weight', scope: { provider: 'sns-sms' }, weight: 10 });
    const text = await whenIn(await notice({ channels: ['sms'] }), 'sms', 'delivered');
    expect(text.attempts.map(({ provider }) => provider)).toEqual(['sns-sms']);
    await Promise.all([end(none), end(all)]);
  });
});

describe('a gateway that', () => {
  it('repeats its callback: one receipt', async () => {
    const accepted = await callbacks('accepted');
    const id = await notice({ mobile: '+97336001095' });
    await eventually('three callbacks', async () => ((await callbacks('accepted')) >= accepted + 4 ? true : null));
    const text = await whenIn(id, 'sms', 'delivered');
    expect([(await receiptsOf(text)).length, text.receipts.length]).toEqual([1, 1]);
  });

  it('calls back before it answers: delivered stays, and the attempt is there', async () => {
    const id = await notice({ mobile: '+97336001094' });
    const text = await eventually('the stored attempt', async () => {
      const delivery = await deliveryOf(id, 'sms');
      return delivery && delivery.attempts.length > 0 && delivery.receipts.length > 0 ? delivery : null;
    });
    expect(text).toMatchObject({ status: 'delivered', provider: 'sms-gateway', attempts: [{ result: 'accepted' }] });
    expect(text.sentAt).toBeInstanceOf(Date);
  });

  it('forges a callback: refused, and nothing is believed', async () => {
    const refused = await callbacks('refused');
    const id = await notice({ mobile: '+97336001093' });
    await eventually('the refused callback of the notice', async () =>
      (await callbacks('refused')) >= refused + 2 ? true : null,
    );
    const text = await whenIn(id, 'sms', 'sent');
    expect([await receiptsOf(text), text.receipts]).toEqual([[], []]);
  });
});

describe('when both SMS providers are down', () => {
  it('notices wait with the reason, without an attempt once the breakers are open, and go when one is back', async () => {
    const who = await person(stage, { channels: ['sms'] });
    stage.providers.chaos('sms-gateway', 'refuse');
    stage.providers.chaos('sms', 'refuse');
    const opening = await Promise.all(
      Array.from({ length: 10 }, () => publish(stage, eventOf('sijilat-licence-renewed', who.subject))),
    );
    const state = async () => (await stage.runtime.metrics.breakerState.get()).values;
    await eventually('open breakers', async () =>
      (await state()).filter(({ labels, value }) => labels.channel === 'sms' && value === 2).length === 2 ? true : null,
    );
    const id = await publish(stage, eventOf('sijilat-licence-renewed', who.subject));
    const held = await whenIn(id, 'sms', 'deferred');
    expect(held).toMatchObject({ reason: 'provider_unavailable', attempts: [] });
    stage.providers.chaos('sms-gateway', 'ok');
    const sent = await eventually(
      'every text',
      async () => {
        const all = await Promise.all([...opening, id].map((one) => deliveryOf(one, 'sms')));
        return all.every((delivery) => delivery?.sentAt) ? all : null;
      },
      60_000,
    );
    expect(new Set(sent.map((delivery) => delivery!.provider))).toEqual(new Set(['sms-gateway']));
    stage.providers.chaos('sms', 'ok');
  }, 90_000);
});
