import { describe, expect, it, jest } from '@jest/globals';
import { consumerCheck, watchConsumers } from './consumer-check.ts';
import type { Consumer } from './kafka/consumer.ts';

const NOW = 1_000_000;
const check = (more: Partial<ReturnType<Consumer['progress']>>) => {
  const progress = { joined: true, handlingSince: null, lastProgressAt: NOW, ...more };
  const consumer = { progress: () => progress, stop: async () => {} };
  return consumerCheck('router', consumer, undefined, () => NOW).check();
};

describe('a consumer is ready', () => {
  it('when it has joined its group and makes progress', async () => {
    expect(await check({ lastProgressAt: NOW - 44_000, handlingSince: NOW - 44_000 })).toBe(null);
  });
  it('not before it has joined, nor when it is stuck or silent: being alive proves nothing', async () => {
    expect(await check({ joined: false })).toMatch(/not joined/);
    expect(await check({ handlingSince: NOW - 45_001 })).toMatch(/stuck/);
    expect(await check({ lastProgressAt: NOW - 45_001 })).toMatch(/no progress/);
  });
});

describe('a consumer that is stuck', () => {
  const consumer = (more: object) => ({
    progress: () => ({ joined: true, handlingSince: null, lastProgressAt: performance.now(), ...more }),
    stop: async () => {},
  });
  const stuck = consumerCheck('router', consumer({ handlingSince: -60_000 }));
  const ledger = (fault: string | null) => ({ name: 'ledger', check: jest.fn(async () => fault) });

  it('is reported while the ledger answers', async () => {
    let end = () => {};
    const reported = await new Promise<Error>((resolve) => {
      end = watchConsumers([stuck], ledger(null), resolve, 1);
    });
    end();
    expect(reported.message).toBe('router: stuck in a batch');
  });

  it('is left alone while the ledger is away, as is one that works', async () => {
    const onStuck = jest.fn();
    const away = ledger('MongoNetworkError');
    const ends = [
      watchConsumers([stuck], away, onStuck, 1),
      watchConsumers([consumerCheck('router', consumer({}))], ledger(null), onStuck, 1),
    ];
    while (away.check.mock.calls.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const end of ends) end();
    expect(onStuck).not.toHaveBeenCalled();
  });
});
