import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sampleRequest } from '../provider.behaviour.ts';
import type { Provider, SendRequest, SendResult } from '../provider.ts';
import { createFailover, type Failover, type FailoverOptions } from './failover.ts';

const accepted: SendResult = { kind: 'accepted', providerRef: 'ref', code: null };
const down: SendResult = { kind: 'retry', reason: 'provider_unavailable', code: 'ECONNREFUSED' };
const throttled: SendResult = { kind: 'throttled', code: '429' };
const unknown: SendResult = { kind: 'unknown', code: 'timeout' };
const wrongNumber: SendResult = { kind: 'refused', reason: 'invalid_number', code: 'x', contact: 'dead' };

type Fake = Provider & { asked: SendRequest[]; answers: () => Promise<SendResult> };
const fake = (name: string): Fake => {
  const self: Fake = {
    ...{ name, channel: 'sms', asked: [], answers: async () => accepted, close: async () => {} },
    send: (request) => {
      self.asked.push(request);
      return self.answers();
    },
  };
  return self;
};

let [first, second]: [Fake, Fake] = [fake('first'), fake('second')];
let failover: Failover;
let changes: string[];

/** The first has all the weight unless told otherwise, so that the order is known. */
const open = (more: Partial<FailoverOptions> = {}, weights = [1, 0]) => {
  failover = createFailover({
    channel: 'sms',
    providers: [first, second].map((provider, n) => ({ provider, weight: weights[n]! })),
    clock: () => new Date(),
    random: () => 0.5,
    breaker: { slowMs: 3_000, restMs: 10_000 },
    changed: (name, state) => changes.push(`${name} ${state}`),
    ...more,
  });
};
const send = () => failover.send(sampleRequest('sms'));
const sendMany = async (count: number) => {
  const results: SendResult[] = [];
  for (let n = 0; n < count; n++) results.push(await send());
  return results;
};
const stateOf = (name: string) => failover.state().find((member) => member.name === name)!;

beforeEach(() => {
  jest.useFakeTimers({ now: Date.UTC(2026, 10, 24, 9) });
  [first, second] = [fake('first'), fake('second')];
  changes = [];
  open();
});
afterEach(async () => {
  await failover.close();
  jest.useRealTimers();
});

describe('what operators say', () => {
  const paused = (avoid: string[]) => failover.send(sampleRequest('sms', { avoid }));

  it('of a paused provider: it is never asked, and an outage of the others is told as such', async () => {
    expect(await paused(['first'])).toMatchObject({ kind: 'accepted', provider: 'second' });
    second.answers = async () => down;
    expect(await paused(['first'])).toMatchObject({ ...down, provider: 'second' });
    expect(first.asked).toEqual([]);
  });

  it('of both: nobody is asked', async () => {
    expect(await paused(['first', 'second'])).toMatchObject({ kind: 'held', code: 'paused' });
    expect([first.asked, second.asked]).toEqual([[], []]);
  });

  it('of weights holds in place of the settings, until it is taken back or cannot be read', async () => {
    let weights = async () => new Map([...Object.entries({ first: 0, second: 5 })]);
    open({ weights: () => weights() });
    expect([(await send()).provider, stateOf('second').share]).toEqual(['second', 1]);
    weights = () => Promise.reject(new Error('the ledger is away'));
    expect((await send()).provider).toBe('second');
    weights = async () => new Map();
    expect((await send()).provider).toBe('first');
  });
});

describe('one message', () => {
  it('carries the name of who took it', async () => {
    expect(await send()).toEqual({ ...accepted, provider: 'first' });
  });

  it.each([
    ['is down', down],
    ['asks to slow down', throttled],
  ])('goes to the next at once, unchanged and under the same reference, when the first %s', async (_what, answer) => {
    first.answers = async () => answer;
    const result = await send();
    expect(result).toMatchObject({ kind: 'accepted', provider: 'second', before: [{ provider: 'first' }] });
    expect(result.before?.[0]?.result).toEqual(answer);
    expect(second.asked[0]).toBe(first.asked[0]);
    expect(second.asked).toEqual(first.asked);
  });

  it.each([
    ['after an outcome that nobody knows', unknown],
    ['after a refusal for good', wrongNumber],
    ['because of a full mailbox', { kind: 'retry', reason: 'mailbox_full', code: '4.2.2' } as SendResult],
  ])('never goes to the next %s', async (_what, answer) => {
    first.answers = async () => answer;
    expect(await send()).toEqual({ ...answer, provider: 'first' });
    expect(second.asked).toEqual([]);
  });

  it('never goes to the next when a provider throws, for it may have sent', async () => {
    first.answers = () => Promise.reject(new TypeError('about +97336001234'));
    expect(await send()).toEqual({ kind: 'unknown', code: 'threw:TypeError', provider: 'first' });
    expect(second.asked).toEqual([]);
  });

  it('has the last answer when all are down, and what came before', async () => {
    first.answers = second.answers = async () => down;
    expect(await send()).toMatchObject({ ...down, provider: 'second', before: [{ provider: 'first' }] });
  });
});

describe('the breaker of a provider', () => {
  it.each([
    ['down', down],
    ['silent', unknown],
  ])('opens within ten failures when it is %s, after a thousand messages that went well', async (_what, answer) => {
    await sendMany(1_000);
    first.answers = async () => answer;
    const results = await sendMany(30);
    expect(first.asked.length).toBeLessThanOrEqual(1_010);
    expect(changes).toEqual(['first closed', 'second closed', 'first open']);
    expect(results.at(-1)).toEqual({ ...accepted, provider: 'second' });
  });

  it('opens when more than half of the calls fail, though never many in a row', async () => {
    let n = 0;
    first.answers = async () => (n++ % 3 === 0 ? accepted : unknown);
    await sendMany(20);
    expect(stateOf('first')).toMatchObject({ state: 'open', share: 0 });
  });

  it('does not open for wrong numbers, full mailboxes, a wish for less, or a mistake of ours', async () => {
    const harmless: (() => Promise<SendResult>)[] = [
      async () => wrongNumber,
      async () => ({ kind: 'retry', reason: 'mailbox_full', code: '4.2.2' }),
      () => Promise.reject(new TypeError()),
      async () => throttled,
    ];
    for (const answers of harmless) {
      first.answers = answers;
      for (let n = 0; n < 50; n++) {
        await send();
        await jest.advanceTimersByTimeAsync(1_000);
      }
    }
    expect(first.asked.length).toBe(200);
    expect(stateOf('first').state).toBe('closed');
  });

  it('opens for calls that get no answer in time, while their answers are still waited for', async () => {
    first.answers = () => new Promise((resolve) => setTimeout(() => resolve(unknown), 10_000));
    const waiting = Array.from({ length: 8 }, send);
    await jest.advanceTimersByTimeAsync(3_001);
    expect(stateOf('first').state).toBe('open');
    await jest.advanceTimersByTimeAsync(7_000);
    expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(['unknown']));
    expect(second.asked).toEqual([]);
  });

  it('lets one probe through after its rest, and closes when that goes well', async () => {
    first.answers = async () => down;
    await sendMany(8);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(stateOf('first').state).toBe('half-open');
    let answer = (_: SendResult) => {};
    first.answers = () => new Promise((resolve) => (answer = resolve));
    const probe = send();
    await sendMany(5);
    expect([first.asked.length, second.asked.length]).toEqual([9, 13]);
    answer(accepted);
    await probe;
    expect(changes.slice(2)).toEqual(['first open', 'first half-open', 'first closed']);
  });

  it('gets its probe also where its weight would not bring it a message', async () => {
    first.answers = second.answers = async () => down;
    await sendMany(8);
    first.answers = second.answers = async () => accepted;
    await jest.advanceTimersByTimeAsync(10_000);
    const results = await sendMany(3);
    expect(results.map(({ provider }) => provider)).toEqual(['first', 'second', 'first']);
  });

  it('rests twice as long after every failed probe, two minutes at most', async () => {
    first.answers = async () => down;
    await sendMany(8);
    const rests: number[] = [];
    for (let probe = 0; probe < 6; probe++) {
      let seconds = 0;
      while (stateOf('first').state === 'open') {
        await jest.advanceTimersByTimeAsync(1_000);
        seconds++;
      }
      rests.push(seconds);
      await send();
    }
    expect(rests).toEqual([10, 20, 40, 80, 120, 120]);
  });
});

describe('when every breaker is open', () => {
  it('holds the message without asking anybody, until about when a probe may go', async () => {
    first.answers = second.answers = async () => down;
    await sendMany(8);
    const asked = first.asked.length + second.asked.length;
    await jest.advanceTimersByTimeAsync(4_000);
    const held = await send();
    expect(held).toMatchObject({ kind: 'held', code: 'breakers_open' });
    expect((held as { retryAfterMs: number }).retryAfterMs).toBe(6_000 + 1_500);
    expect(first.asked.length + second.asked.length).toBe(asked);
  });

  it('holds it no longer when the clock of the machine is set back meanwhile', async () => {
    first.answers = second.answers = async () => down;
    await sendMany(8);
    jest.setSystemTime(Date.now() - 3_600_000);
    expect((await send()) as { retryAfterMs: number }).toMatchObject({ kind: 'held', retryAfterMs: 10_000 + 1_500 });
  });
});

describe('weights', () => {
  const spread = (more: Partial<FailoverOptions> = {}, weights = [3, 1]) => {
    let seed = 7;
    // A linear congruential generator: the same draws in every run.
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    open({ random, ...more }, weights);
  };
  const shareOfFirst = async (count: number) => {
    const begin = first.asked.length;
    await sendMany(count);
    return (first.asked.length - begin) / count;
  };

  it('share the messages out as set', async () => {
    spread();
    expect(await shareOfFirst(2_000)).toBeCloseTo(0.75, 1);
  });

  it('shift away from errors too rare to open a breaker, and drift back', async () => {
    spread();
    let n = 0;
    first.answers = async () => (n++ % 3 === 0 ? unknown : accepted);
    expect(await shareOfFirst(500)).toBeLessThan(0.67);
    first.answers = async () => accepted;
    await jest.advanceTimersByTimeAsync(300_000);
    expect(await shareOfFirst(2_000)).toBeCloseTo(0.75, 1);
    expect(stateOf('first').state).toBe('closed');
  });

  it('shift away from slow receipts', async () => {
    const due = new Map<string, Date>();
    spread({ receipts: async () => new Map([...due].filter(([, at]) => at <= new Date())) }, [1, 1]);
    for (let n = 0; n < 300; n++) {
      const deliveryId = `d_${n}`;
      const { provider } = await failover.send(sampleRequest('sms', { deliveryId }));
      due.set(deliveryId, new Date(Date.now() + (provider === 'first' ? 20_000 : 1_000)));
      await jest.advanceTimersByTimeAsync(500);
    }
    // (1 s + 2 s) / (20 s + 2 s) of the other's weight.
    expect(stateOf('second').share).toBeCloseTo(22 / 25, 1);
  });

  it('shift away from a provider whose receipts stop coming', async () => {
    const due = new Map<string, Date>();
    spread({ receipts: async () => due }, [1, 1]);
    let silent = false;
    for (let n = 0; n < 400; n++) {
      silent ||= n === 100;
      const deliveryId = `d_${n}`;
      const { provider } = await failover.send(sampleRequest('sms', { deliveryId }));
      if (!(silent && provider === 'first')) due.set(deliveryId, new Date(Date.now() + 1_000));
      await jest.advanceTimersByTimeAsync(500);
    }
    expect(stateOf('second').share).toBeGreaterThan(0.8);
  });

  it('pass over a provider that asked for a rest, for as long as it asked', async () => {
    first.answers = async () => ({ ...throttled, retryAfterMs: 5_000 }) as SendResult;
    await send();
    await jest.advanceTimersByTimeAsync(4_999);
    await send();
    expect(first.asked.length).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    await send();
    expect(first.asked.length).toBe(2);
  });

  it('pass over a provider that leaves a call unanswered for a second', async () => {
    first.answers = () => new Promise((resolve) => setTimeout(() => resolve(accepted), 2_000));
    const slow = send();
    await jest.advanceTimersByTimeAsync(1_000);
    await send();
    expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await slow).toMatchObject({ kind: 'accepted', provider: 'first' });
  });
});
