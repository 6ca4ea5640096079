import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SendResult } from '../../services/channels/provider.ts';
import { type ChannelService, startChannel } from '../../services/channels/service.ts';
import { endControl, listControls, placeControl } from '../../services/console/controls/index.ts';
import { releaseHeld } from '../../services/console/unknown.ts';
import { type RouterService, startRouter } from '../../services/router/service.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import { eventually } from '../support/eventually.ts';
import { type Harness, startHarness } from '../support/harness.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';

const BECAUSE = 'the provider is being repaired';
const down: SendResult = { kind: 'retry', reason: 'provider_unavailable', code: 'ECONNREFUSED', retryAfterMs: 200 };
const silent: SendResult = { kind: 'unknown', code: 'timeout' };

describe('a pause while router, scheduler and worker run on Kafka', () => {
  let h: Harness;
  const running: (RouterService | ChannelService)[] = [];
  // Noon at the start, and going on from there.
  const began = Date.now();
  const clock = () => new Date(NOON.getTime() + Date.now() - began);

  beforeAll(async () => {
    h = await startHarness('controls');
    await h.person();
    running.push(await startRouter({ ...h.deps, clock, schedulerRestMs: 50, releasePerSecond: 200 }));
    running.push(await startChannel({ ...h.channel('sms'), ...h.deps, clock, concurrency: 8, lanes: ['normal'] }));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(running.map((part) => part.stop()));
    await h?.stop();
  });

  const publish = async (count: number) => {
    const values = await Promise.all(
      Array.from({ length: count }, () => h.deps.eventSealer.seal(h.event({ type: TYPES.sms }))),
    );
    await h.producer.send([
      { topic: h.topics.events('office'), messages: values.map((value) => ({ key: 'k', value: Buffer.from(value) })) },
    ]);
  };
  const count = (filter: object) => h.ledger.deliveries.countDocuments(filter);
  const tools = () => ({ ledger: h.ledger, catalogue: h.deps.catalogue, clock, providers: [] });

  it('pause, retry, resume: everything is sent, exactly once', async () => {
    // Some calls find the provider down and are retried; of every fifth nobody knows the outcome, and it is held.
    const answers = new Map<string, SendResult>();
    h.providers.sms.answerWith(({ deliveryId }) => {
      if (!answers.has(deliveryId)) answers.set(deliveryId, answers.size % 5 === 4 ? silent : down);
      return answers.get(deliveryId)!;
    });
    await publish(20);
    await eventually(async () => expect([answers.size, await count({ status: 'unknown' })]).toEqual([20, 4]));

    const control = await placeControl(
      { kind: 'pause', scope: { channel: 'sms' }, codes: 'send', because: BECAUSE },
      'op',
      tools(),
    );
    await eventually(async () => expect(await count({ status: 'deferred', reason: 'paused' })).toBe(16));
    const calls = h.providers.sms.calls.length;
    const attempts = async () => (await h.deliveries()).map((delivery) => delivery.attempts.length);
    const before = await attempts();

    const unknown = await h.deliveries({ status: 'unknown' });
    expect(
      await releaseHeld(
        unknown.map(({ _id }) => _id),
        { ledger: h.ledger, clock },
      ),
    ).toBe(4);
    await publish(10);
    await eventually(async () => expect(await count({ status: 'deferred', reason: 'paused' })).toBe(30));
    expect(h.providers.sms.calls.length).toBe(calls);
    expect((await attempts()).reduce((sum, one) => sum + one)).toBe(before.reduce((sum, one) => sum + one));
    expect(await listControls(tools())).toMatchObject([{ waiting: { count: 30 } }]);

    const sent: string[] = [];
    h.providers.sms.answerWith(({ deliveryId }) => {
      sent.push(deliveryId);
      return { kind: 'accepted', providerRef: `ref-${deliveryId}`, code: null };
    });
    await endControl(control._id, { by: 'op', because: BECAUSE }, tools());
    await eventually(async () => expect(await count({ status: 'sent' })).toBe(30));
    expect([sent.length, new Set(sent).size, await count({})]).toEqual([30, 30, 30]);
  }, 60_000);
});
