import { randomBytes } from 'node:crypto';
import type { Kafka } from '../../services/shared/kafka/connect.ts';

export type Entry = { partition: number; offset: string; key: Buffer | null; value: Buffer | null };

/** Reads a topic up to where it ended when the call was made. */
export async function readTopic(kafka: Kafka, topic: string): Promise<Entry[]> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const wanted = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  if (wanted === 0) return [];
  const groupId = `read-${randomBytes(6).toString('hex')}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const found: Entry[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`read ${found.length} of ${wanted} messages of ${topic}`)), 20_000);
    consumer
      .run({
        eachMessage: async ({ partition, message: { offset, key, value } }) => {
          found.push({ partition, offset, key, value });
          if (found.length < wanted) return;
          clearTimeout(late);
          resolve();
        },
      })
      .catch(reject);
  });
  await consumer.disconnect();
  return found;
}

/** Committed offsets of a group in a topic, by partition; -1 where nothing was committed. */
export async function committed(kafka: Kafka, groupId: string, topic: string): Promise<number[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return found!.partitions.toSorted((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
  } finally {
    await admin.disconnect();
  }
}

/**
 * Every place that the broker has in a topic now, as `partition/offset`, sorted. A repeated produce adds places, so
 * this, and not the number of messages sent, is what a consumer must have seen.
 */
export async function offsets(kafka: Kafka, topic: string): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const places = ({ partition, high }: (typeof ends)[number]) =>
      Array.from({ length: Number(high) }, (_, offset) => `${partition}/${offset}`);
    return ends.flatMap(places).sort();
  } finally {
    await admin.disconnect();
  }
}
