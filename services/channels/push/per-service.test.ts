import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFailover } from '../failover/failover.ts';
import { sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendResult } from '../provider.ts';
import { createPerService } from './per-service.ts';
import { isFaultOfPushService } from './statuses.ts';

const accepted: SendResult = { kind: 'accepted', providerRef: 'ref', code: null };
const down: SendResult = { kind: 'retry', reason: 'provider_unavailable', code: 'HTTP 503' };

let asked: string[];
let answers: (service: string) => SendResult;
let push: ReturnType<typeof createPerService>;

/** Addresses are names of services here; `stranger` is none. */
const open = (most?: number) => {
  const web: Provider = {
    ...{ name: 'webpush', channel: 'push', close: async () => {} },
    async send({ address }) {
      asked.push(address);
      return answers(address);
    },
  };
  push = createPerService(web, {
    serviceOf: ({ address }) => (address === 'stranger' ? null : address),
    guard: (provider) =>
      createFailover({
        ...{ channel: 'push', providers: [{ provider, weight: 1 }], clock: () => new Date(), random: () => 0.5 },
        breaker: { slowMs: false, isFault: isFaultOfPushService },
      }),
    ...(most && { most }),
  });
};
const send = (address: string) => push.send(sampleRequest('push', { address }));
const sendMany = async (count: number, address: string) => {
  const results: SendResult[] = [];
  for (let n = 0; n < count; n++) results.push(await send(address));
  return results;
};
const states = () => Object.fromEntries(push.state().map(({ name, state }) => [name, state]));

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 10, 29, 9) });
  asked = [];
  answers = () => accepted;
  open();
});
afterEach(async () => {
  await push.close();
  jest.useRealTimers();
});

describe('the breaker of a push service', () => {
  it.each<[string, SendResult]>([
    ['is down', down],
    ['says nothing', { kind: 'unknown', code: 'TimeoutError' }],
  ])('opens within ten failures when it %s; then nobody asks it, and no attempt is made', async (_what, answer) => {
    answers = () => answer;
    const results = await sendMany(30, 'a.example');
    expect(asked.length).toBeLessThanOrEqual(10);
    expect(results.at(-1)).toMatchObject({ kind: 'held', code: 'breakers_open', provider: 'webpush' });
  });

  it('keeps back the notices of this service alone, and is visible beside the others', async () => {
    answers = (service) => (service === 'a.example' ? down : accepted);
    await sendMany(10, 'a.example');
    expect(await send('b.example')).toEqual({ ...accepted, provider: 'webpush' });
    expect(states()).toEqual({ 'webpush a.example': 'open', 'webpush b.example': 'closed' });
  });

  it('lets one probe through after its rest, and closes when that goes well', async () => {
    answers = () => down;
    await sendMany(10, 'a.example');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(states()).toEqual({ 'webpush a.example': 'half-open' });
    answers = () => accepted;
    await sendMany(3, 'a.example');
    expect(states()).toEqual({ 'webpush a.example': 'closed' });
  });

  it.each<[string, SendResult]>([
    ['is gone', { kind: 'refused', reason: 'endpoint_gone', code: 'HTTP 410', contact: 'dead' }],
    ['was made for another key', { kind: 'retry', reason: 'provider_misconfigured', code: 'HTTP 403' }],
    ['gets too many', { kind: 'throttled', code: 'HTTP 429' }],
  ])('does not open for subscriptions of which each %s', async (_what, answer) => {
    answers = () => answer;
    await sendMany(50, 'a.example');
    expect([asked.length, states()]).toEqual([50, { 'webpush a.example': 'closed' }]);
  });
});

it('a host that is no known push service has no breaker: its faults are its own', async () => {
  answers = () => down;
  await sendMany(50, 'stranger');
  expect([asked.length, push.state()]).toEqual([50, []]);
});

it('somebody who names ever more hosts does not fill the memory: the least used are forgotten', async () => {
  await push.close();
  open(3);
  for (const service of ['a', 'b', 'c', 'a', 'd']) await send(service);
  expect(Object.keys(states())).toEqual(['webpush c', 'webpush a', 'webpush d']);
});
