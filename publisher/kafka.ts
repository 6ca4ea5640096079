import { createHmac } from 'node:crypto';
import type { JWK } from 'jose';
import type { NotifyMeEvent } from '../contracts/generated/types.ts';
import { sealForPlatform } from '../services/shared/crypto/event-seal.ts';
import { readSubject } from '../services/shared/event/index.ts';
import type { Kafka } from '../services/shared/kafka/connect.ts';
import { createProducer, type Producer } from '../services/shared/kafka/producer.ts';
import { topics } from '../services/shared/topics.ts';
import { PublishError } from './errors.ts';
import type { Published } from './http.ts';

export type KafkaTarget = {
  mode: 'kafka';
  kafka: Kafka;
  entity: string;
  /** The platform's public key (EC or OKP, with its `kid`): the entity can seal with it and never read. */
  publicKey: JWK;
  /** 32 random bytes that only the entity knows; they turn a national number into a key that tells nothing. */
  secret: Buffer;
  /** Prefix of the platform's topics. */
  prefix?: string;
  test?: boolean;
};

/** Sends sealed events to the entity's own topic; connects with the first event. */
export function createKafkaSender({ kafka, entity, publicKey, secret, prefix, test = false }: KafkaTarget) {
  const topic = topics(prefix).events(entity);
  let producer: Promise<Producer> | null = null;

  return {
    async send(event: NotifyMeEvent): Promise<Published> {
      const value = await sealForPlatform(event, publicKey);
      const headers: Record<string, string> = { 'content-type': 'application/jose' };
      if (event.traceparent) headers.traceparent = event.traceparent;
      if (test) headers.test = '1';
      const message = { key: keyOf(event.subject, secret), value, headers };
      await sendOnce({ topic, messages: [message] });
      return { id: event.id, notificationId: null, duplicate: false };
    },
    async stop(): Promise<void> {
      await (await producer?.catch(() => null))?.stop();
    },
  };

  /** A producer finds its way back to a lost broker by itself; only one that never connected is made anew. */
  function connected(): Promise<Producer> {
    producer ??= createProducer(kafka).catch((error) => {
      producer = null;
      throw error;
    });
    return producer;
  }

  async function sendOnce(batch: Parameters<Producer['send']>[0][number]): Promise<void> {
    try {
      await (await connected()).send([batch]);
    } catch (error) {
      const { name, retriable } = error as { name: string; retriable?: boolean };
      throw new PublishError('broker', `the broker did not acknowledge: ${name}`, { retryable: retriable !== false });
    }
  }
}

/** Same recipient, same key, so that the order of one person's events is kept; without the secret it tells nothing. */
export function keyOf(subject: string, secret: Buffer): string {
  const read = readSubject(subject);
  const canonical = read?.ok ? read.subject.canonical : subject;
  return createHmac('sha256', secret).update(canonical).digest('hex').slice(0, 32);
}
