import { describe, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { at, NOON, sampleControl, sampleDelivery, sampleNotification, TIMING } from '../shared/ledger/samples.ts';
import type { Control } from '../shared/ledger/types.ts';
import { createMetrics } from '../shared/metrics.ts';
import type { ChannelDeps, Prepared } from './deps.ts';
import type { Provider, SendResult } from './provider.ts';
import { sendOne } from './send.ts';

type Sendable = Extract<Prepared, { kind: 'send' }>;

const loadedAt = (seconds: number, test = false): Sendable => ({
  kind: 'send',
  loaded: {
    delivery: sampleDelivery({ status: 'sending', dueAt: at(seconds), test }),
    notification: sampleNotification(),
    subscriber: null,
    superseded: false,
  },
  request: { deliveryId: 'd' } as Sendable['request'],
  language: 'en',
  segments: 1,
  together: [],
});

function bench(answer: () => Promise<SendResult>, controls = async (): Promise<Control[]> => []) {
  const calls: string[] = [];
  const provider = (name: string): Provider => ({
    name,
    channel: 'sms',
    send: () => {
      calls.push(name);
      return answer();
    },
    close: async () => {},
  });
  const clock = { now: NOON };
  const deps = {
    ...{ channel: 'sms', provider: provider('real'), simulator: provider('simulator'), limit: pLimit(1) },
    ...{ metrics: createMetrics(), clock: () => clock.now, random: () => 0.5 },
    timing: TIMING,
    controls: { current: controls },
    settleMs: { sms: 60_000, email: 0, push: 0 },
  } as unknown as ChannelDeps;
  return { deps, calls, clock };
}
const accepted = async (): Promise<SendResult> => ({ kind: 'accepted', providerRef: 'ref-1', code: null });

describe('sending one', () => {
  it('stores what the provider said, and how it was sent', async () => {
    const { deps } = bench(accepted);
    expect(await sendOne(loadedAt(120), deps)).toMatchObject({
      change: { status: 'sent', provider: 'real', providerRef: 'ref-1', language: 'en', segments: 1, dueAt: at(60) },
      attempt: { no: 1, result: 'accepted', providerRef: 'ref-1', startedAt: NOON, endedAt: NOON },
    });
  });

  it('never hands a test notice to the real provider, and waits for no receipt of it', async () => {
    const { deps, calls } = bench(accepted);
    const { change } = await sendOne(loadedAt(120, true), deps);
    expect([calls, change.dueAt]).toEqual([['simulator'], NOON]);
  });

  it('takes a provider that throws for an unknown outcome, without its words', async () => {
    const { deps } = bench(() => Promise.reject(new TypeError('call to +97336001234 failed')));
    const { change, attempt } = await sendOne(loadedAt(120), deps);
    expect([change.status, attempt?.code]).toEqual(['unknown', 'threw:TypeError']);
  });

  it('puts aside what an operator paused, until it expires, and asks nobody', async () => {
    const pause = sampleControl({ scope: { entity: 'sijilat' } });
    const { deps, calls } = bench(accepted, async () => [pause]);
    const { change, attempt } = await sendOne(loadedAt(120), deps);
    expect(change).toMatchObject({ status: 'deferred', reason: 'paused', pausedBy: pause._id, dueAt: at(3_600) });
    expect([attempt, calls]).toEqual([null, []]);
  });

  it('sends nothing while it cannot know what is paused', async () => {
    const { deps, calls } = bench(accepted, () => Promise.reject(new Error('the ledger is away')));
    expect((await sendOne(loadedAt(120), deps)).change).toMatchObject({ status: 'deferred', reason: 'retry' });
    expect(calls).toEqual([]);
  });

  it('gives back unsent what waited so long for room that its claim runs out', async () => {
    const { deps, calls, clock } = bench(async () => {
      clock.now = at(61);
      return accepted();
    });
    const [first, second] = await Promise.all([sendOne(loadedAt(120), deps), sendOne(loadedAt(120), deps)]);
    expect([first.change.status, calls.length]).toEqual(['sent', 1]);
    expect(second).toMatchObject({ change: { status: 'deferred', reason: 'retry', dueAt: at(61) }, attempt: null });
  });
});

describe('sending one by several providers', () => {
  const call = (provider: string, from: number, to: number) => ({
    ...{ provider, startedAt: at(from), endedAt: at(to) },
    result: { kind: 'retry', reason: 'provider_unavailable', code: 'ECONNREFUSED' } as const,
  });

  it('records each call under the name of who was called, in order', async () => {
    const { deps, clock } = bench(async () => {
      clock.now = at(5);
      return { ...(await accepted()), provider: 'second', before: [call('first', 0, 3)] };
    });
    const item = loadedAt(120);
    item.loaded.delivery.attempts = [{ no: 1 } as never];
    expect(await sendOne(item, deps)).toMatchObject({
      change: { status: 'sent', provider: 'second' },
      earlier: [{ no: 2, provider: 'first', result: 'retry', startedAt: NOON, endedAt: at(3) }],
      attempt: { no: 3, provider: 'second', result: 'accepted', startedAt: at(3), endedAt: at(5) },
    });
  });

  it('burns no attempt when our own breakers let nobody be asked, and names no provider', async () => {
    const { deps } = bench(async () => ({ kind: 'held', code: 'breakers_open', retryAfterMs: 4_000 }));
    const { change, attempt, earlier } = await sendOne(loadedAt(120), deps);
    expect(change).toEqual({ status: 'deferred', reason: 'provider_unavailable', dueAt: at(4), updatedAt: NOON });
    expect([attempt, earlier]).toEqual([null, undefined]);
  });

  it('tells the lane of every answer', async () => {
    const { deps } = bench(async () => ({ kind: 'throttled', code: '429' }));
    const heard: unknown[] = [];
    deps.answered = (...told) => heard.push(...told);
    await sendOne(loadedAt(120), deps);
    expect(heard).toEqual(['throttled', NOON]);
  });
});
