import { describe, expect, it } from '@jest/globals';
import { skimBatch } from '../../services/router/skim.ts';
import type { IncomingMessage } from '../../services/shared/kafka/consumer.ts';
import { Crash, crashAfter } from '../support/crashing.ts';
import { TYPES } from '../support/pipeline-catalogue.ts';
import { h, idOf, lane, next, route, stored, useRouter } from './router/bench.ts';

useRouter();

const ahead = (...messages: IncomingMessage[]) => skimBatch(messages, 'office', h.deps);
const told = (id: string) => lane('sms', 'urgent').filter(({ notificationId }) => notificationId === id);

describe('what goes ahead of the router', () => {
  it('is what is urgent, and what belongs to a case keeps its place', async () => {
    const [mail, code] = [h.event({ type: TYPES.mail }), h.event({ type: TYPES.code })];
    const ofCase = h.event({ type: TYPES.code, correlationid: 'case-1' });
    const refused = h.event({ type: TYPES.code, data: {} });
    const letters = h.told(h.topics.deadLetters).length;
    const messages = [await next(mail), await next(ofCase), await next(refused), await next(code)];
    expect(await ahead(...messages)).toBe(1);
    expect(told(idOf(code))).toHaveLength(1);
    expect([await stored(mail), await stored(ofCase)]).toEqual([null, null]);
    await route(...messages);
    expect([await stored(mail), await stored(ofCase)]).toMatchObject([{ status: 'routed' }, { status: 'routed' }]);
    expect(h.told(h.topics.deadLetters)).toHaveLength(letters + 1);
  });

  it('is done once and is no duplicate; a duplicate is counted once', async () => {
    const code = h.event({ type: TYPES.code });
    const messages = [await next(code), await next(code)];
    expect([await ahead(...messages), await ahead(...messages), await ahead(messages[1]!)]).toEqual([1, 1, 0]);
    expect((await stored(code))?.duplicates).toBe(0);
    await route(...messages);
    await route(await next(code));
    expect((await stored(code))?.duplicates).toBe(2);
    expect(await h.deliveries({ notificationId: idOf(code) })).toHaveLength(1);
  });

  it.each([
    ['by the router', route],
    ['by itself', ahead],
  ] as const)('is made good %s when it dies after any step', async (_, again) => {
    const counted = crashAfter(h.deps);
    await skimBatch([await next(h.event({ type: TYPES.code }))], 'office', counted.deps);
    expect(counted.steps()).toBeGreaterThan(2);
    for (let step = 1; step <= counted.steps(); step++) {
      const code = h.event({ type: TYPES.code });
      const message = await next(code);
      await expect(skimBatch([message], 'office', crashAfter(h.deps, step).deps)).rejects.toThrow(Crash);
      await again(message);
      const deliveries = await h.deliveries({ notificationId: idOf(code) });
      expect([step, deliveries.map(({ status }) => status)]).toEqual([step, ['queued']]);
      expect(told(idOf(code)).map(({ deliveryId }) => deliveryId)).toContain(deliveries[0]?._id);
    }
  });
});
