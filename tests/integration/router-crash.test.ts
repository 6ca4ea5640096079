import { describe, expect, it } from '@jest/globals';
import { routeBatch } from '../../services/router/route.ts';
import type { IncomingMessage } from '../../services/shared/kafka/consumer.ts';
import type { Notification } from '../../services/shared/ledger/types.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { eventually } from '../support/eventually.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { h, idOf, lane, next, outcomes, route, stored, useRouter } from './router/bench.ts';

useRouter();

describe('a crash of the router', () => {
  /** A batch with everything in it: two that are routed, one that ends here, one repeated, one refused. */
  async function batch() {
    const [one, two, nobody] = [
      h.event({ type: TYPES.both }),
      h.event({ type: TYPES.sms }),
      h.event({ subject: 'cpr:900100028' }),
    ];
    const messages = [
      await next(one),
      await next(nobody),
      await next(two),
      await next(one),
      await next(h.event({ data: {} })),
    ];
    return { messages, ids: [idOf(one), idOf(two), idOf(nobody, 'cpr:900100028')] };
  }
  async function state(ids: string[]) {
    const notifications = await h.ledger.notifications.find({ _id: { $in: ids } }).lean<Notification[]>();
    const deliveries = await h.deliveries({ notificationId: { $in: ids } });
    return {
      notices: ids
        .map((id) => notifications.find(({ _id }) => _id === id))
        .map((one) => [one?.status, one?.reason, one?.outcomeTold]),
      deliveries: ids.map((id) =>
        deliveries
          .filter(({ notificationId }) => notificationId === id)
          .map(({ channel, status }) => [channel, status])
          .toSorted(),
      ),
      messages: ids.map(
        (id) =>
          new Set(
            [...lane('sms'), ...lane('email')]
              .filter(({ notificationId }) => notificationId === id)
              .map(({ deliveryId }) => deliveryId),
          ).size,
      ),
      outcomes: ids.map((id) => new Set(outcomes(id).map(({ status, revision }) => `${status} ${revision}`)).size),
    };
  }

  it('after any step is made good by doing the batch again: the same state, and only harmless repetitions', async () => {
    const whole = await batch();
    const counted = crashAfter(h.deps);
    await routeBatch(whole.messages, 'office', counted.deps);
    const expected = await state(whole.ids);
    expect(expected.messages).toEqual([2, 1, 0]);
    expect(expected.outcomes).toEqual([0, 0, 1]);
    expect(counted.steps()).toBeGreaterThan(5);
    for (let step = 1; step <= counted.steps(); step++) {
      const { messages, ids } = await batch();
      await expect(routeBatch(messages, 'office', crashAfter(h.deps, step).deps)).rejects.toThrow(Crash);
      await routeBatch(messages, 'office', h.deps);
      expect([step, await state(ids)]).toEqual([step, expected]);
    }
  }, 60_000);

  it('is not taken for a duplicate event', async () => {
    const event = h.event();
    const message = await next(event);
    await route(message);
    await route(message);
    expect((await stored(event))?.duplicates).toBe(0);
  });
});

describe('two routers at once', () => {
  it('decide each notice once', async () => {
    const events = Array.from({ length: 20 }, () => h.event({ type: TYPES.sms }));
    const copies = await Promise.all([1, 2].map(() => Promise.all(events.map((event) => next(event)))));
    const outcome = (messages: IncomingMessage[]) => eventually(() => route(...messages));
    await Promise.all(copies.map(outcome));
    const ids = events.map((event) => idOf(event));
    expect(await h.deliveries({ notificationId: { $in: ids } })).toHaveLength(20);
    const notices = await h.ledger.notifications.find({ _id: { $in: ids } }).lean<Notification[]>();
    expect(notices.map(({ status }) => status)).toEqual(Array(20).fill('routed'));
  });
});
