import { readFileSync } from 'node:fs';
import { type Admin, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import type { Logger } from '../log.ts';

export type { Kafka } from 'kafkajs';

export type KafkaOptions = {
  brokers: string[];
  clientId: string;
  log: Logger;
  ssl?: KafkaConfig['ssl'];
  sasl?: KafkaConfig['sasl'];
};

/** A kafkajs client whose own log goes through ours (kafkajs prints whole error stacks otherwise). */
export function connectKafka({ brokers, clientId, log, ssl, sasl }: KafkaOptions): Kafka {
  return new Kafka({
    brokers,
    clientId,
    ssl,
    sasl,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries: 8 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, namespace, log: { message } }) =>
        log[level <= logLevel.ERROR ? 'error' : 'warn']({
          event: 'kafka',
          detail: `${namespace ?? 'client'}: ${message}`,
        }),
  });
}

/** A topic to be created; `maxBytes` is the largest message it takes, where the broker's own limit is too small. */
export type TopicPlan = { topic: string; partitions: number; maxBytes?: number };

type SecuritySettings = {
  KAFKA_TLS: boolean;
  KAFKA_CA_FILE: string;
  KAFKA_SASL_USERNAME: string;
  KAFKA_SASL_PASSWORD: string;
};

/** TLS and SASL/SCRAM-SHA-512 as the settings say. Throws when the authority's file cannot be read. */
export function kafkaSecurity(settings: SecuritySettings): Pick<KafkaOptions, 'ssl' | 'sasl'> {
  const { KAFKA_TLS, KAFKA_CA_FILE, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings;
  const authority = KAFKA_CA_FILE && { ca: [readFileSync(KAFKA_CA_FILE, 'utf8')] };
  return {
    ssl: KAFKA_TLS && (authority || true),
    ...(username && { sasl: { mechanism: 'scram-sha-512', username, password } }),
  };
}

/**
 * Creates the topics that are missing; existing ones are left as they are. With access control at the broker a service
 * may not create any: `notifyme kafka-access --apply` does.
 */
export async function ensureTopics(kafka: Kafka, names: TopicPlan[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = names.filter(({ topic }) => !existing.has(topic));
    if (missing.length === 0) return;
    await createTopics(admin, missing);
    await untilLed(() => admin.fetchTopicMetadata({ topics: missing.map(({ topic }) => topic) }));
  } finally {
    await admin.disconnect();
  }
}

async function createTopics(admin: Admin, missing: TopicPlan[]): Promise<void> {
  try {
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map(({ topic, partitions, maxBytes }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: -1,
        configEntries: maxBytes ? [{ name: 'max.message.bytes', value: String(maxBytes) }] : [],
      })),
    });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const names = missing.map(({ topic }) => topic).join(', ');
    throw Object.assign(new Error(`the broker lets this user create no topic, and these are missing: ${names}`), {
      code: 'topics_forbidden',
      retryable: false,
    });
  }
}

function isForbidden(error: unknown): boolean {
  const { type = '', errors = [] } = error as { type?: string; errors?: unknown[] };
  return type.endsWith('AUTHORIZATION_FAILED') || errors.some(isForbidden);
}

const LED_WITHIN_MS = 20_000;

/** A new topic is not everywhere at once: until it has a leader the broker says that it does not host it. */
async function untilLed(ask: () => Promise<unknown>): Promise<void> {
  for (const end = performance.now() + LED_WITHIN_MS; ; ) {
    try {
      await ask();
      return;
    } catch (error) {
      const { type = '' } = error as { type?: string };
      if (performance.now() > end || !/UNKNOWN_TOPIC_OR_PARTITION|LEADER_NOT_AVAILABLE/.test(type)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
