import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { connectKafka, ensureTopics, type Kafka } from '../../../services/shared/kafka/connect.ts';
import { type Consumer, type IncomingMessage, startConsumer } from '../../../services/shared/kafka/consumer.ts';
import { createProducer, type Producer } from '../../../services/shared/kafka/producer.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';
import { eventually } from '../../support/eventually.ts';

export let kafka: Kafka;
export let producer: Producer;
const running: Consumer[] = [];

/** A client for the test file; consumers that a test started are stopped after it. */
export function useKafka(): void {
  beforeAll(async () => {
    kafka = connectKafka({ brokers: (process.env.KAFKA_BROKERS ?? '').split(','), clientId: 'kafka-test', log });
    producer = await createProducer(kafka);
  }, 30_000);
  afterEach(async () => {
    await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
  }, 30_000);
  afterAll(() => producer?.stop());
}

/** A topic of its own with so many numbered messages in each partition, each of them once. */
export async function topicWith(count: number, partitions = 1): Promise<string> {
  const topic = `kafka-${randomBytes(5).toString('hex')}`;
  await ensureTopics(kafka, [{ topic, partitions }]);
  await untilEveryPartitionAnswers(topic);
  await produce(topic, count, partitions);
  return topic;
}

/** While one partition of a new topic has no leader yet, kafkajs repeats a produce also for those that took it. */
async function untilEveryPartitionAnswers(topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await eventually(async () => void (await admin.fetchTopicOffsets(topic)));
  } finally {
    await admin.disconnect();
  }
}

export async function produce(topic: string, count: number, partitions = 1, from = 0): Promise<void> {
  const messages = Array.from({ length: count * partitions }, (_, n) => ({
    ...{ key: null, value: String(from + Math.floor(n / partitions)), partition: n % partitions },
  }));
  await producer.send([{ topic, messages }]);
}

type Handle = Parameters<typeof startConsumer>[0]['handle'];
export async function consume(
  topic: string,
  handle: Handle,
  more: { maxBatch?: number; groupId?: string } = {},
): Promise<Consumer> {
  const onCrash = (error: Error) => {
    throw error;
  };
  const consumer = await startConsumer({ kafka, log, groupId: topic, topics: [topic], handle, onCrash, ...more });
  running.push(consumer);
  return consumer;
}
export const values = (messages: IncomingMessage[]) => messages.map(({ value }) => Number(value));
export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
