import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';

const DEADLINE_MS = 60_000;

/**
 * Every value that a topic of one partition holds at this moment, oldest first; null when there is no such topic. For
 * short topics that are read as a whole. Its consumer group is new and taken away afterwards.
 */
export async function readWhole(kafka: Kafka, topic: string): Promise<string[] | null> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (!(await admin.listTopics()).includes(topic)) return null;
    const [end] = await admin.fetchTopicOffsets(topic);
    if (!end || end.high === end.low) return [];
    const groupId = `${topic}.read.${randomUUID()}`;
    const values = await readUntil(kafka, { topic, groupId, last: BigInt(end.high) - 1n });
    await admin.deleteGroups([groupId]).catch(() => {});
    return values;
  } finally {
    await admin.disconnect();
  }
}

type Until = { topic: string; groupId: string; last: bigint };

async function readUntil(kafka: Kafka, { topic, groupId, last }: Until): Promise<string[]> {
  const consumer = kafka.consumer({ groupId });
  const values: string[] = [];
  await consumer.connect();
  let deadline: NodeJS.Timeout | undefined;
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      deadline = setTimeout(() => reject(unread(topic)), DEADLINE_MS);
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ message }) => {
            if (BigInt(message.offset) <= last) values.push(String(message.value ?? ''));
            if (BigInt(message.offset) >= last) resolve();
          },
        })
        .catch(reject);
    });
    return values;
  } finally {
    clearTimeout(deadline);
    await consumer.disconnect();
  }
}

const unread = (topic: string): Error =>
  Object.assign(new Error(`${topic} was not read to its end in time`), { code: 'topic_unread', retryable: true });
