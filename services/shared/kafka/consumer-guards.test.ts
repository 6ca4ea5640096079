import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { EachBatchPayload } from 'kafkajs';
import { consumerCheck } from '../consumer-check.ts';
import { silentLogger as log } from '../log.ts';
import type { Kafka } from './connect.ts';
import { type ConsumerOptions, startConsumer } from './consumer.ts';

type Listener = (event: { payload: object }) => void;

afterEach(() => void jest.useRealTimers());

/** kafkajs's consumer as far as ours uses it, played by the test. */
async function play(more: Partial<ConsumerOptions> = {}) {
  const listeners = new Map<string, Listener>();
  const heartbeat = jest.fn(async () => {});
  const commits: object[] = [];
  const state = { stale: false };
  let eachBatch: (payload: EachBatchPayload) => Promise<void> = async () => {};
  const consumer = {
    events: { GROUP_JOIN: 'join', FETCH: 'fetch', HEARTBEAT: 'heartbeat', CRASH: 'crash' },
    on: (name: string, listener: Listener) => listeners.set(name, listener),
    connect: async () => {},
    subscribe: async () => {},
    run: async (given: { eachBatch: typeof eachBatch }) => {
      eachBatch = given.eachBatch;
    },
    disconnect: () => new Promise<void>(() => {}),
  };
  const onCrash = jest.fn();
  const handle = jest.fn(async () => {});
  const started = await startConsumer({
    ...{ kafka: { consumer: () => consumer } as unknown as Kafka, groupId: 'g', topics: ['t'], log, onCrash, handle },
    ...more,
  });
  const messages = Array.from({ length: 4 }, (_, n) => ({ offset: String(40 + n), timestamp: '0', headers: {} }));
  const payload = {
    ...{ heartbeat, isRunning: () => true, isStale: () => state.stale, resolveOffset: () => {} },
    batch: { topic: 't', partition: 0, messages },
    commitOffsetsIfNecessary: async ({ topics: [{ partitions }] }: { topics: [{ partitions: object[] }] }) =>
      void commits.push(...partitions),
  };
  return {
    ...{ started, state, heartbeat, commits, onCrash, handle },
    join: () => listeners.get('join')!({ payload: {} }),
    crash: (restart: boolean) => listeners.get('crash')!({ payload: { error: new Error('planted'), restart } }),
    batch: () => eachBatch(payload as unknown as EachBatchPayload),
  };
}

describe('where kafkajs is known to fail', () => {
  it('a crash that it will not mend is reported, so that the process leaves; one that it mends is not', async () => {
    const { crash, onCrash } = await play();
    crash(true);
    expect(onCrash).not.toHaveBeenCalled();
    crash(false);
    expect(onCrash).toHaveBeenCalledWith(expect.objectContaining({ message: 'planted' }));
  });

  it('heartbeats go out while one batch is handled for longer than a session', async () => {
    jest.useFakeTimers();
    const end = Promise.withResolvers<void>();
    const { batch, heartbeat } = await play({ sessionTimeoutMs: 6_000, handle: () => end.promise });
    const handled = batch();
    await jest.advanceTimersByTimeAsync(12_000);
    // Three fit into each session at least.
    expect(heartbeat.mock.calls.length).toBeGreaterThanOrEqual(6);
    end.resolve();
    await handled;
    const count = heartbeat.mock.calls.length;
    await jest.advanceTimersByTimeAsync(12_000);
    expect(heartbeat.mock.calls.length).toBe(count);
  });

  it('nothing of a batch is handled or committed once its partition went to another', async () => {
    const { batch, state, handle, commits } = await play({ maxBatch: 2 });
    handle.mockImplementation(async () => {
      state.stale = true;
    });
    await batch();
    expect(handle).toHaveBeenCalledTimes(1);
    await batch();
    expect(handle).toHaveBeenCalledTimes(1);
    expect(commits).toEqual([{ partition: 0, offset: '42' }]);
  });

  it('a disconnect that never ends does not hold up a stop', async () => {
    jest.useFakeTimers();
    const { started } = await play();
    let stopped = false;
    const stopping = started.stop().then(() => {
      stopped = true;
    });
    await jest.advanceTimersByTimeAsync(19_000);
    expect(stopped).toBe(false);
    await jest.advanceTimersByTimeAsync(2_000);
    await stopping;
    expect(stopped).toBe(true);
  });

  it.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])(
    'a clock that is set an hour %s makes no healthy worker look stuck, and hides no stuck one',
    async (_way, offMs) => {
      jest.useFakeTimers();
      const end = Promise.withResolvers<void>();
      const { started, batch, join } = await play({ handle: () => end.promise });
      const { stuck } = consumerCheck('sample', started);
      join();
      const handled = batch();
      await jest.advanceTimersByTimeAsync(1_000);
      jest.setSystemTime(Date.now() + offMs);
      expect(stuck()).toBe(null);
      await jest.advanceTimersByTimeAsync(45_000);
      expect(stuck()).toBe('stuck in a batch');
      end.resolve();
      await handled;
      expect(stuck()).toBe(null);
    },
  );
});
