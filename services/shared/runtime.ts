import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import { CHANNELS, LANES } from '../../contracts/status.ts';
import { type Catalogue, loadCatalogue } from './catalogue.ts';
import { createClock } from './clock.ts';
import { type ControlReader, createControlReader } from './controls/reader.ts';
import { type Counters, createCounters } from './counters/record.ts';
import { type Blind, createBlind } from './crypto/blind.ts';
import { createEventSealer, type EventSealer } from './crypto/event-seal.ts';
import { createSealer, type Sealer } from './crypto/field.ts';
import { type KeyRing, loadKeyRing } from './crypto/keyring.ts';
import { watchKeyRing } from './crypto/ring-watch.ts';
import { DEAD_LETTER_BYTES } from './dead-letters.ts';
import { followCatalogue, openCatalogue } from './entities/live.ts';
import type { Kafka } from './kafka/connect.ts';
import { connectKafka, ensureTopics, kafkaSecurity } from './kafka/connect.ts';
import { createProducer, type Producer } from './kafka/producer.ts';
import { connectLedger, type Ledger } from './ledger/index.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { monthsMs } from './policy/contacts.ts';
import type { Settings } from './settings.ts';
import { type Timing, timingOf } from './timing.ts';
import { type Topics, topics } from './topics.ts';
import { startTracing } from './tracing.ts';

/** What every service is built from: open connections, keys, the catalogue, the clock. */
export type Runtime = {
  settings: Settings;
  log: Logger;
  metrics: Metrics;
  /** The deployed files with what operators decided; it changes while the process runs. */
  catalogue: Catalogue;
  /** Takes over at once what was decided a moment ago; other processes see it by themselves within seconds. */
  renewCatalogue(): Promise<void>;
  ring: KeyRing;
  sealer: Sealer;
  eventSealer: EventSealer;
  blind: Blind;
  topics: Topics;
  prefix: string;
  kafka: Kafka;
  producer: Producer;
  ledger: Ledger;
  /** What operators hold back or shift, read once for the whole process. */
  controls: ControlReader;
  /** The database's time where this machine's is more than a second from it. */
  clock: () => Date;
  staleAfterMs: number;
  sealedOnly: boolean;
  timing: Timing;
  counters: Counters;
  close(): Promise<void>;
};

/** Connects to Kafka and the ledger, creates missing topics and indexes, and reads keys and catalogue. */
export async function openRuntime(settings: Settings, service: string): Promise<Runtime> {
  const log = createLogger(service, settings.LOG_LEVEL);
  const tracing = startTracing(settings.OTLP_ENDPOINT, service);
  const files = loadCatalogue();
  const ring = loadKeyRing(settings.KEYRING_FILE);
  const ringWatch = watchKeyRing(settings.KEYRING_FILE, ring, log);
  const names = topics(settings.TOPIC_PREFIX);
  const kafka = connectKafka({
    brokers: settings.KAFKA_BROKERS,
    clientId: `notifyme-${service}`,
    log,
    ...kafkaSecurity(settings),
  });
  const { MONGODB_URI: uri, MONGODB_DB: dbName, MONGODB_POOL: maxPoolSize } = settings;
  const ledger = await connectLedger({ uri, dbName, maxPoolSize });
  const live = await openCatalogue({ files, ledger, log });
  const { catalogue, refresh: renewCatalogue } = live;
  await ensureTopics(kafka, allTopics(names, catalogue, settings.TOPIC_PARTITIONS));
  const producer = await createProducer(kafka);
  const following = followCatalogue(live, log);
  const { now: clock, stop: stopClock } = await createClock({ ask: () => timeOf(ledger), log });
  const counters = createCounters({ ledger, clock, log });
  return {
    settings,
    log,
    metrics: createMetrics({ defaults: true }),
    catalogue,
    renewCatalogue,
    ring,
    sealer: createSealer(ring),
    eventSealer: createEventSealer(ring, readEntityKeys(settings.ENTITY_KEYS_FILE)),
    blind: createBlind(ring),
    topics: names,
    prefix: settings.TOPIC_PREFIX,
    kafka,
    producer,
    ledger,
    controls: createControlReader(ledger),
    clock,
    counters,
    staleAfterMs: monthsMs(settings.CONTACT_STALE_MONTHS),
    sealedOnly: settings.SEALED_EVENTS_ONLY,
    timing: timingOf(settings),
    async close() {
      ringWatch.stop();
      stopClock();
      await Promise.all([counters.stop(), following.stop()]);
      await Promise.all([producer.stop(), ledger.close(), tracing.stop()]);
    },
  };
}

async function timeOf({ connection }: Ledger): Promise<Date> {
  const { localTime } = await connection.db!.command({ hello: 1 });
  return localTime as Date;
}

/** Every topic of the platform. Outcome topics have one partition: their offset is the feed's cursor. */
export function allTopics(names: Topics, { entities }: Catalogue, partitions: number) {
  return [
    ...entities.map(({ entity }) => ({ topic: names.events(entity), partitions })),
    ...entities.map(({ entity }) => ({ topic: names.outcomes(entity), partitions: 1 })),
    ...CHANNELS.flatMap((channel) => LANES.map((lane) => ({ topic: names.deliveries(channel, lane), partitions }))),
    { topic: names.receipts, partitions },
    { topic: names.deadLetters, partitions: 1, maxBytes: DEAD_LETTER_BYTES },
  ];
}

function readEntityKeys(file: string): Record<string, JWK> {
  if (file === '') return {};
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: JWK[] };
  return Object.fromEntries(keys.map((key) => [key.kid ?? '', key]));
}
