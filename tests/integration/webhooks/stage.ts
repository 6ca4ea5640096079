import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createIngestApi } from '../../../services/ingest/api.ts';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../../services/shared/crypto/keyring.ts';
import { sampleCatalogue } from '../../../services/shared/event/sample-catalogue.ts';
import { createApp } from '../../../services/shared/http/app.ts';
import { connectKafka, ensureTopics } from '../../../services/shared/kafka/connect.ts';
import { createProducer } from '../../../services/shared/kafka/producer.ts';
import { createKeyStore } from '../../../services/shared/keys.ts';
import { connectLedger } from '../../../services/shared/ledger/index.ts';
import { TIMING } from '../../../services/shared/ledger/samples.ts';
import { silentLogger as log } from '../../../services/shared/log.ts';
import { createMetrics } from '../../../services/shared/metrics.ts';
import { topics as topicNames } from '../../../services/shared/topics.ts';
import { createSender } from '../../../services/webhooks/sender.ts';
import { startWebhooks, type WebhooksOptions } from '../../../services/webhooks/service.ts';

export type Stage = Awaited<ReturnType<typeof startStage>>;
export type Call = Awaited<ReturnType<typeof ask>>;

/** Webhooks on real servers, with a database and topics of their own. `over` replaces parts of them. */
export async function startStage(over: Partial<WebhooksOptions> = {}) {
  const name = `webhooks-${randomBytes(5).toString('hex')}`;
  const topics = topicNames(name);
  const kafka = connectKafka({ brokers: [process.env.KAFKA_BROKERS ?? ''], clientId: name, log });
  const catalogue = sampleCatalogue();
  const entities = catalogue.entities.map(({ entity }) => entity);
  await ensureTopics(
    kafka,
    entities.map((entity) => ({ topic: topics.outcomes(entity), partitions: 1 })),
  );
  const ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName: name });
  const producer = await createProducer(kafka);
  const sealer = createSealer(parseKeyRing(freshKeyRing()));
  const metrics = createMetrics();
  const { stop, router } = await startWebhooks({
    ...{ kafka, log, topics, catalogue, ledger, sealer, metrics, prefix: name },
    ...{ clock: () => new Date(), random: () => 0, allowPrivate: true, concurrency: 8, restMs: 20 },
    ...{ sender: createSender({ timeoutMs: 10_000, allowPrivate: true }), leaseMs: 5_000, suspendAfterMs: 3_600_000 },
    restsMs: [100, 100, 100],
    mailer: null,
    timing: TIMING,
    onCrash: (error) => {
      throw error;
    },
    ...over,
  });
  const ingest = createIngestApi({ ledger, metrics } as never);
  const routers = [router, ingest].map((one) => ({ path: '/', router: one }));
  const server = createServer(createApp({ routers, checks: [], metrics, log, trustProxy: 0 }));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = createKeyStore({ ledger });
  return {
    ...{ url, ledger, topics, kafka, entities, keys },
    /** An entity with its key, and calls in its name. */
    async entity(entity: string) {
      const { key } = await keys.createKey({ entity, kind: 'live' });
      return { key, call: (method: string, path: string, body?: unknown) => ask(url + path, key, method, body) };
    },
    /** Tells outcomes of an entity in its topic, as the receipts service does. */
    tell: (entity: string, eventIds: string[], revision = 0) =>
      producer.send([
        { topic: topics.outcomes(entity), messages: eventIds.map((id) => outcomeOf(entity, id, revision)) },
      ]),
    async stop() {
      await stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await producer.stop();
      await ledger.connection.dropDatabase();
      await ledger.close();
    },
  };
}

export const noticeOf = (eventId: string): string => `n_${Buffer.from(eventId).toString('hex').padStart(32, '0')}`;

export function outcomeOf(entity: string, eventId: string, revision: number) {
  const notificationId = noticeOf(eventId);
  const outcome = {
    ...{ notificationId, source: `/${entity}`, eventId, type: 'bh.gov.moic.sijilat.licence.renewed.v1' },
    ...{ status: 'reached', channels: [{ channel: 'sms', status: 'delivered' }], at: '2026-11-24T09:35:00.000Z' },
    ...{ test: false, revision },
  };
  return { key: notificationId, value: JSON.stringify(outcome) };
}

async function ask(url: string, key: string, method: string, body?: unknown) {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers };
}
