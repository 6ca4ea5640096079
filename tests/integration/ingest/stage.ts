import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createIngest, type IngestDeps } from '../../../services/ingest/service.ts';
import { createBlind } from '../../../services/shared/crypto/blind.ts';
import { createEventSealer } from '../../../services/shared/crypto/event-seal.ts';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { sampleCatalogue } from '../../../services/shared/event/sample-catalogue.ts';
import { problemHandler } from '../../../services/shared/http/problem.ts';
import { createProblemPages } from '../../../services/shared/http/problem-pages.ts';
import { connectKafka, ensureTopics } from '../../../services/shared/kafka/connect.ts';
import { createProducer } from '../../../services/shared/kafka/producer.ts';
import { createKeyStore } from '../../../services/shared/keys.ts';
import { connectLedger } from '../../../services/shared/ledger/index.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';
import { createMetrics } from '../../../services/shared/metrics.ts';
import { topics as topicNames } from '../../../services/shared/topics.ts';

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** The front door on real servers, with a database and topics of its own. `over` replaces parts of it. */
export async function startStage({ brokers = process.env.KAFKA_BROKERS, over = {} as Partial<IngestDeps> } = {}) {
  const name = `ingest-${randomBytes(5).toString('hex')}`;
  const topics = topicNames(name);
  const kafka = connectKafka({ brokers: [brokers ?? ''], clientId: name, log });
  await ensureTopics(
    kafka,
    ['sijilat', 'health'].map((entity) => ({ topic: topics.events(entity), partitions: 2 })),
  );
  const ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName: name });
  const producer = await createProducer(kafka);
  const ring = parseKeyRing(freshKeyRing());
  const sealers = { sealer: createSealer(ring), eventSealer: createEventSealer(ring), blind: createBlind(ring) };
  const metrics = createMetrics();
  const deps = { ledger, producer, catalogue: sampleCatalogue(), topics, metrics, log, ...sealers, ...over };
  const server = await listen(deps);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = createKeyStore({ ledger });

  return {
    url,
    ledger,
    ...sealers,
    kafka,
    prefix: name,
    topics,
    metrics,
    revokeKey: keys.revokeKey,
    key: async (entity = 'sijilat', kind: 'live' | 'test' = 'live') => (await keys.createKey({ entity, kind })).key,
    raw: (entity = 'sijilat') => readAll(kafka, topics.events(entity), name),
    /** Everything that is in an entity's event topic, opened. */
    async events(entity = 'sijilat'): Promise<ReadEvent[]> {
      const read = await readAll(kafka, topics.events(entity), name);
      return Promise.all(
        read.map(async ({ key, value, headers }) => {
          const header = (of: string) => headers?.[of]?.toString();
          const event = JSON.parse(await sealers.eventSealer.open(value?.toString() ?? ''));
          return { key: key?.toString() ?? '', event, header };
        }),
      );
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await producer.stop();
      await ledger.connection.dropDatabase();
      await ledger.close();
    },
  };
}

export type ReadEvent = {
  key: string;
  event: Record<string, unknown>;
  header(of: string): string | undefined;
};

function listen(deps: IngestDeps): Promise<Server> {
  const app = express();
  app.use(createProblemPages());
  app.use(createIngest(deps).router);
  app.use(problemHandler({ log }));
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

type Kafka = ReturnType<typeof connectKafka>;
type Message = { key: Buffer | null; value: Buffer | null; headers?: Record<string, unknown> };

/** Reads a topic up to where it ended when the call was made. */
async function readAll(kafka: Kafka, topic: string, name: string): Promise<Message[]> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const wanted = offsets.reduce((sum, { high }) => sum + Number(high), 0);
  if (wanted === 0) return [];
  const consumer = kafka.consumer({ groupId: `${name}-${randomBytes(4).toString('hex')}`, maxWaitTimeInMs: 100 });
  const found: Message[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`read ${found.length} of ${wanted} messages`)), 20_000);
    consumer
      .run({
        eachMessage: async ({ message }) => {
          found.push(message);
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
