import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { committed } from '../support/kafka-topics.ts';
import { consume, kafka, topicWith, upTo, useKafka, values } from './kafka/bench.ts';

useKafka();

describe('a consumer that stops', () => {
  it('commits nothing of a batch that keeps failing, and the next process has it again', async () => {
    const topic = await topicWith(20);
    let tries = 0;
    const first = await consume(
      topic,
      async (messages) => {
        if (values(messages)[0] === 0) return;
        tries += 1;
        throw new Error('the ledger is away');
      },
      { maxBatch: 10 },
    );
    await eventually(() => expect(tries).toBeGreaterThan(1));
    await first.stop();
    expect(await committed(kafka, topic, topic)).toEqual([10]);
    const seen: number[] = [];
    await consume(topic, async (messages) => void seen.push(...values(messages)));
    await eventually(() => expect(seen).toEqual(upTo(20).slice(10)));
  }, 60_000);

  it('that is stopped lets the batch under way end and commits it, but nothing after it', async () => {
    const topic = await topicWith(20);
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun: number[][] = [];
    const consumer = await consume(
      topic,
      async (messages) => {
        begun.push(values(messages));
        await promise;
      },
      { maxBatch: 10 },
    );
    await eventually(() => expect(begun).toHaveLength(1));
    expect(consumer.progress().handlingSince).not.toBe(null);
    const stopping = consumer.stop();
    resolve();
    await stopping;
    expect(begun).toEqual([upTo(10)]);
    expect(await committed(kafka, topic, topic)).toEqual([10]);
  }, 60_000);

  it('that is stopped tells a handler to leave the rest undone, and does not commit what it says it left', async () => {
    const topic = await topicWith(20);
    const begun = Promise.withResolvers<void>();
    const consumer = await consume(topic, async (_messages, givenUp) => {
      begun.resolve();
      await eventually(() => expect(givenUp()).toBe(true));
      return false;
    });
    await begun.promise;
    await consumer.stop();
    expect(await committed(kafka, topic, topic)).toEqual([-1]);
  }, 60_000);
});
