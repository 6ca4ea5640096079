import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { DEAD_LETTER_BYTES, deadLetter } from '../../services/shared/dead-letters.ts';
import { ensureTopics } from '../../services/shared/kafka/connect.ts';
import type { IncomingMessage } from '../../services/shared/kafka/consumer.ts';
import { NOON } from '../../services/shared/ledger/samples.ts';
import { createMetrics } from '../../services/shared/metrics.ts';
import { topics as topicNames } from '../../services/shared/topics.ts';
import { readTopic } from '../support/kafka-topics.ts';
import { kafka, producer, topicWith, useKafka } from './kafka/bench.ts';

useKafka();

describe('topics', () => {
  it('are created once; a second time they are left as they are', async () => {
    const topic = await topicWith(3);
    await ensureTopics(kafka, [{ topic, partitions: 5 }]);
    const found = await readTopic(kafka, topic);
    expect([found.length, new Set(found.map(({ partition }) => partition)).size]).toEqual([3, 1]);
  }, 30_000);

  it('nobody planned are not created by writing to them', async () => {
    await expect(
      producer.send([{ topic: 'kafka-unplanned', messages: [{ key: null, value: 'x' }] }]),
    ).rejects.toThrow();
  }, 60_000);
});

describe('C33 a dead letter of the largest message that a broker takes', () => {
  const sealer = createSealer(parseKeyRing(freshKeyRing()));
  const value = Buffer.alloc(1_040_000, 0xfe);
  const original: IncomingMessage = { topic: 't', partition: 0, offset: '1', key: null, value, headers: {}, at: NOON };
  async function put(maxBytes?: number) {
    const topics = topicNames(`kafka-${randomBytes(5).toString('hex')}`);
    await ensureTopics(kafka, [{ topic: topics.deadLetters, partitions: 1, maxBytes }]);
    await deadLetter(
      [{ message: original, code: 'schema', detail: 'x' }],
      { producer, topics, sealer, metrics: createMetrics() },
      NOON,
    );
    const [found] = await readTopic(kafka, topics.deadLetters);
    return JSON.parse(String(found!.value));
  }

  it('fits its topic, and holds every byte', async () => {
    const letter = await put(DEAD_LETTER_BYTES);
    expect(Buffer.from(sealer.open(letter.original, 'dead-letter'), 'base64').equals(value)).toBe(true);
  }, 60_000);

  it('in a topic with the broker’s own limit says that the original stays in its place', async () => {
    expect(await put()).toMatchObject({ original: null, detail: expect.stringContaining('1040000 bytes') });
  }, 60_000);
});
