import { describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { committed } from '../support/kafka-topics.ts';
import { consume, kafka, topicWith, useKafka } from './kafka/bench.ts';

useKafka();

describe('a consumer tells since when it works without a sign of life', () => {
  it('also when one partition is stuck and another has ended', async () => {
    const topic = await topicWith(1, 2);
    const [stuck, begun, ended] = [0, 1, 2].map(() => Promise.withResolvers<void>());
    const consumer = await consume(topic, async ([first]) => {
      if (first!.partition === 0) {
        begun!.resolve();
        await stuck!.promise;
      } else {
        await begun!.promise;
        ended!.resolve();
      }
    });
    await ended!.promise;
    await eventually(async () => expect(await committed(kafka, topic, topic)).toEqual([-1, 1]));
    expect(consumer.progress().handlingSince).not.toBe(null);
    stuck!.resolve();
    await eventually(() => expect(consumer.progress().handlingSince).toBe(null));
  }, 60_000);

  it('a batch that is slow but asks whether to go on is not stuck', async () => {
    const topic = await topicWith(1);
    const end = Promise.withResolvers<void>();
    let ask = () => false;
    const consumer = await consume(topic, async (_messages, givenUp) => {
      ask = givenUp;
      await end.promise;
    });
    await eventually(() => expect(consumer.progress().handlingSince).not.toBe(null));
    const since = consumer.progress().handlingSince!;
    await eventually(() => {
      ask();
      expect(consumer.progress().handlingSince).toBeGreaterThan(since);
    });
    end.resolve();
    await eventually(() => expect(consumer.progress().handlingSince).toBe(null));
    ask();
    expect(consumer.progress().handlingSince).toBe(null);
  }, 60_000);
});
