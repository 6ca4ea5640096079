import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from '../../services/shared/kafka/consumer.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import { eventually } from '../support/eventually.ts';
import { committed, offsets } from '../support/kafka-topics.ts';
import { consume, kafka, produce, producer, topicWith, upTo, useKafka, values } from './kafka/bench.ts';

useKafka();

describe('a consumer', () => {
  it('hands on every message once and in order, in batches no larger than asked, and commits the place after the last', async () => {
    const topic = await topicWith(250);
    const batches: number[][] = [];
    await consume(topic, async (messages) => void batches.push(values(messages)), { maxBatch: 100 });
    await eventually(() => expect(batches.flat()).toEqual(upTo(250)));
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(100);
    await eventually(async () => expect(await committed(kafka, topic, topic)).toEqual([250]));
  }, 30_000);

  it('repeats a batch that failed until it succeeds, and loses and reorders nothing', async () => {
    const topic = await topicWith(30);
    const done: number[] = [];
    const failures = new Map<number, number>();
    await consume(
      topic,
      async (messages) => {
        const [first] = values(messages);
        const failed = failures.get(first!) ?? 0;
        if (failed < 2) {
          failures.set(first!, failed + 1);
          throw new Error('the ledger is away');
        }
        done.push(...values(messages));
      },
      { maxBatch: 10 },
    );
    await eventually(() => expect(done).toEqual(upTo(30)));
    expect([...failures]).toEqual([
      [0, 2],
      [10, 2],
      [20, 2],
    ]);
    await eventually(async () => expect(await committed(kafka, topic, topic)).toEqual([30]));
  }, 30_000);

  it('does not wait with one partition for another that is stuck', async () => {
    const topic = await topicWith(5, 2);
    const done: number[] = [];
    const stuck = Promise.withResolvers<void>();
    await consume(topic, async (messages) => {
      if (messages[0]!.partition === 0) await stuck.promise;
      else done.push(...values(messages));
    });
    await eventually(() => expect(done).toEqual(upTo(5)));
    stuck.resolve();
  }, 30_000);

  it('shares its partitions with another of the group, and between them nothing is lost', async () => {
    const topic = await topicWith(40, 4);
    const seen = new Set<string>();
    const by = [0, 0];
    const handle = (who: number) => async (messages: IncomingMessage[]) => {
      by[who]! += messages.length;
      for (const { partition, offset } of messages) seen.add(`${partition}/${offset}`);
    };
    await consume(topic, handle(0));
    await consume(topic, handle(1));
    let round = 1;
    await eventually(
      async () => {
        await produce(topic, 5, 4, 40 * round++);
        expect(Math.min(...by)).toBeGreaterThan(0);
      },
      30_000,
      200,
    );
    const kept = await offsets(kafka, topic);
    expect(kept.length).toBeGreaterThanOrEqual(4 * (40 + 5 * (round - 1)));
    await eventually(() => expect([...seen].sort()).toEqual(kept));
  }, 60_000);

  it('whose place the broker has deleted goes on with the oldest message there is, and skips none that is left', async () => {
    const topic = await topicWith(10);
    const first = await consume(topic, async (messages) => values(messages)[0] === 0, { maxBatch: 2 });
    await eventually(async () => expect(await committed(kafka, topic, topic)).toEqual([2]));
    await first.stop();
    const admin = kafka.admin();
    await admin.connect();
    // Only with the topic's metadata at hand does it find whom to ask.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
    await admin.disconnect();
    const seen: number[] = [];
    await consume(topic, async (messages) => void seen.push(...values(messages)));
    await eventually(() => expect(seen).toEqual(upTo(10).slice(5)));
  }, 30_000);

  it('carries key, headers, null values and the time of a message', async () => {
    const topic = await topicWith(0);
    const seen: IncomingMessage[] = [];
    await consume(topic, async (messages) => void seen.push(...messages));
    const timestamp = String(NOON.getTime());
    await producer.send([{ topic, messages: [{ key: 'k', value: null, headers: { test: '1' }, timestamp }] }]);
    await eventually(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toEqual({
      topic,
      partition: 0,
      offset: '0',
      key: Buffer.from('k'),
      value: null,
      headers: { test: '1' },
      at: NOON,
    });
  }, 30_000);
});
