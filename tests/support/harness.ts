import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import type { Channel } from '../../contracts/status.ts';
import type { ChannelDeps } from '../../services/channels/deps.ts';
import { createSimulator } from '../../services/channels/simulator.ts';
import { createConsentHistory } from '../../services/shared/consent-history.ts';
import { createControlReader } from '../../services/shared/controls/reader.ts';
import { type Blind, createBlind } from '../../services/shared/crypto/blind.ts';
import { createEventSealer } from '../../services/shared/crypto/event-seal.ts';
import { createSealer, type Sealer } from '../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../services/shared/crypto/keyring.ts';
import { connectKafka, ensureTopics } from '../../services/shared/kafka/connect.ts';
import type { IncomingMessage } from '../../services/shared/kafka/consumer.ts';
import { createProducer, type Producer, type TopicMessages } from '../../services/shared/kafka/producer.ts';
import { connectLedger, type Ledger } from '../../services/shared/ledger/index.ts';
import { NOON, sampleContact, sampleSubscriber, TIMING } from '../../services/shared/ledger/samples.ts';
import type { Contact, Delivery, Subscriber } from '../../services/shared/ledger/types.ts';
import { silentLogger as log } from '../../services/shared/log.ts';
import { createMetrics } from '../../services/shared/metrics.ts';
import type { RenderRequest } from '../../services/shared/render/index.ts';
import { allTopics } from '../../services/shared/runtime.ts';
import { topics as topicNames } from '../../services/shared/topics.ts';
import { pipelineCatalogue } from './pipeline-catalogue.ts';
import { recordingProvider } from './recording-provider.ts';

export type Harness = Awaited<ReturnType<typeof startHarness>>;

const DAY_MS = 86_400_000;
export const CPR = 'cpr:900100001';

/**
 * Everything the pipeline is built from on real servers, with a database and topics of its own; the clock stands at
 * noon until it is moved. `partitions` of every topic that may have several.
 */
export async function startHarness(name: string, { partitions = 1, catalogue = pipelineCatalogue() } = {}) {
  const prefix = `${name}-${randomBytes(4).toString('hex')}`;
  const topics = topicNames(prefix);
  const kafka = connectKafka({ brokers: (process.env.KAFKA_BROKERS ?? '').split(','), clientId: prefix, log });
  await ensureTopics(kafka, allTopics(topics, catalogue, partitions));
  const ledger = await connectLedger({ uri: process.env.MONGODB_URI ?? '', dbName: prefix });
  const real = await createProducer(kafka);
  const sent: TopicMessages[] = [];
  const producer: Producer = {
    ...real,
    async send(batch) {
      await real.send(batch);
      sent.push(...batch.filter(({ messages }) => messages.length > 0));
    },
  };
  const ring = parseKeyRing(freshKeyRing());
  const sealers = { ring, sealer: createSealer(ring), eventSealer: createEventSealer(ring), blind: createBlind(ring) };
  const time = { now: NOON };
  const deps = {
    ...{ ledger, producer, topics, catalogue, kafka, log, prefix, ...sealers },
    consents: await createConsentHistory(ledger, sealers.sealer),
    ...{ metrics: createMetrics(), clock: () => time.now, staleAfterMs: 548 * DAY_MS, sealedOnly: true },
    timing: TIMING,
    controls: createControlReader(ledger, { maxAgeMs: 0 }),
    onCrash: (error: Error) => {
      throw error;
    },
  };
  const providers = {
    sms: recordingProvider('sms'),
    email: recordingProvider('email'),
    push: recordingProvider('push'),
  };

  return {
    ...{ deps, ledger, kafka, topics, prefix, producer, providers, sealer: sealers.sealer },
    /** Moves the clock to so many seconds after noon. */
    setClock: (seconds: number) => {
      time.now = new Date(NOON.getTime() + seconds * 1000);
    },
    /** What one channel's workers are made of; each call is another worker. */
    channel: (channel: Channel): ChannelDeps => ({
      ...{ ...deps, channel, provider: providers[channel], simulator: createSimulator(channel) },
      ...{ limit: pLimit(20), random: () => 0.5, settleMs: { sms: 60_000, email: 60_000, push: 0 } },
      renderer: { render, inbox: () => ({ title: '', body: '' }) },
      unsubscribeUrl: () => 'https://notifyme.test/u/token',
    }),
    person: (more: PersonOver = {}) => addPerson(deps, more),
    event: (more: Record<string, unknown> = {}) => sampleEvent(more),
    /** The event as a sealed message at a place of its topic. */
    async message(event: object, offset: number | string = 0): Promise<IncomingMessage> {
      const value = Buffer.from(await sealers.eventSealer.seal(event));
      const place = { topic: topics.events('office'), partition: 0, offset: String(offset) };
      return { ...place, key: null, value, headers: {}, at: time.now };
    },
    /** What went to a topic through the harness's producer, parsed, in order. */
    told: (topic: string) =>
      sent
        .filter((batch) => batch.topic === topic)
        .flatMap(({ messages }) => messages.map(({ value }) => JSON.parse(String(value)))),
    deliveries: (filter = {}) => ledger.deliveries.find(filter).sort({ _id: 1 }).lean<Delivery[]>(),
    async stop() {
      await real.stop();
      await ledger.connection.dropDatabase();
      await ledger.close();
    },
  };
}

/** Stands in for templates, which have tests of their own. */
function render({ channel, data, together }: RenderRequest) {
  const text = together ? `${together} notices` : String((data as { reference: string }).reference);
  if (channel === 'sms') return { channel, text, segments: 1 } as const;
  if (channel === 'email') return { channel, subject: text, html: text, text } as const;
  return { channel, title: text, body: text } as const;
}

let serial = 0;
function sampleEvent(more: Record<string, unknown>) {
  serial += 1;
  const type = 'bh.gov.sample.office.mail.v1';
  const data = { reference: 'AB-2027/15' };
  return { specversion: '1.0', id: `evt-${serial}`, source: '/office', type, subject: CPR, data, ...more };
}

export type PersonOver = Omit<Partial<Subscriber>, 'subject' | 'contacts'> & {
  /** Canonical subject; the invented `cpr:900100001` when left out. */
  subject?: string;
  contacts?: Partial<Contact>[];
};
type PersonDeps = { ledger: Ledger; blind: Blind; sealer: Sealer };

/** Registers an invented person with verified contacts: a mobile, a mailbox and a browser, or those that are named. */
async function addPerson({ ledger, blind, sealer }: PersonDeps, { subject = CPR, contacts, ...more }: PersonOver) {
  const _id = blind.subscriberId(subject);
  const wanted = contacts ?? [
    { channel: 'sms', kind: 'mobile', address: '+97336001234' },
    { channel: 'email', kind: 'email', address: 'noor@example.com' },
    { channel: 'push', kind: 'webpush', address: '{"endpoint":"https://push.test/1"}' },
  ];
  const made = wanted.map((one) => {
    const contact = sampleContact(one);
    const id = blind.contactId(_id, contact.channel, contact.address);
    return { ...contact, id, address: sealer.seal(contact.address, 'address') };
  });
  const person = sampleSubscriber({ ...more, _id, subject: sealer.seal(subject, 'subject'), contacts: made });
  await ledger.subscribers.collection.replaceOne({ _id: _id as never }, person as never, { upsert: true });
  return person;
}
