import type { Kafka } from 'kafkajs';
import { createPartitioner } from './partitioner.ts';

export type OutgoingMessage = {
  key: string | Buffer | null;
  value: string | Buffer | null;
  headers?: Record<string, string> /** Milliseconds since the epoch; when it is sent, if left out. */;
  timestamp?: string;
};
export type TopicMessages = { topic: string; messages: OutgoingMessage[] };
export type Producer = {
  /** One produce for everything; resolves when all in-sync replicas have it, else throws (retryable). */
  send(batch: TopicMessages[]): Promise<void>;
  stop(): Promise<void>;
};

/**
 * A connected producer with acks from all in-sync replicas. It is not Kafka-idempotent on purpose: every consumer of
 * ours recognises a repeated message by its id, and kafkajs's idempotent mode does not recover from a lost sequence.
 */
export async function createProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    maxInFlightRequests: 5,
    createPartitioner,
  });
  await producer.connect();
  return {
    async send(batch) {
      const topicMessages = batch.filter(({ messages }) => messages.length > 0);
      if (topicMessages.length === 0) return;
      await producer.sendBatch({ topicMessages, acks: -1 });
    },
    stop: () => producer.disconnect(),
  };
}
