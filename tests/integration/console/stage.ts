import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { deliverBatch } from '../../../services/channels/deliver.ts';
import type { ChannelDeps } from '../../../services/channels/deps.ts';
import type { SendRequest, SendResult } from '../../../services/channels/provider.ts';
import { createForesee } from '../../../services/console/replay/foresee.ts';
import { scheduleOnce } from '../../../services/router/scheduler.ts';
import { loadCatalogue } from '../../../services/shared/catalogue.ts';
import { createControlReader } from '../../../services/shared/controls/reader.ts';
import { createBlind } from '../../../services/shared/crypto/blind.ts';
import { createSealer } from '../../../services/shared/crypto/field.ts';
import { freshKeyRing, parseKeyRing } from '../../../services/shared/crypto/keyring.ts';
import type { TopicMessages } from '../../../services/shared/kafka/producer.ts';
import { connectLedger, type Ledger } from '../../../services/shared/ledger/index.ts';
import {
  sampleContact,
  sampleDelivery,
  sampleNotification,
  sampleSubscriber,
  TIMING,
} from '../../../services/shared/ledger/samples.ts';
import type { Delivery, Notification, Subscriber } from '../../../services/shared/ledger/types.ts';
import { createMetrics } from '../../../services/shared/metrics.ts';
import { createRenderer } from '../../../services/shared/render/index.ts';
import { topics as topicNames } from '../../../services/shared/topics.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLE = join(ROOT, 'contracts', 'examples', 'valid', 'sijilat-licence-renewed.json');
const STALE_MS = 18 * 31 * 86_400_000;

/** The one provider of the stage's worker. */
const PROVIDERS = [{ name: 'sns', channel: 'sms' as const, weight: 1 }];

export type Stage = Awaited<ReturnType<typeof startStage>>;
export type Seed = {
  delivery?: Partial<Delivery>;
  notification?: Partial<Notification>;
  subscriber?: Partial<Subscriber>;
};

/** A ledger of its own, the scheduler and the SMS worker at the push of a button, and a provider that the test holds. */
export async function startStage() {
  const uri = process.env.MONGODB_URI;
  if (!uri) throw new Error('MONGODB_URI is not set: run with `npm run test:integration`');
  const dbName = `console_${randomBytes(4).toString('hex')}`;
  const ledger = await connectLedger({ uri, dbName });
  const ring = freshKeyRing();
  const sealer = createSealer(parseKeyRing(ring));
  const blind = createBlind(parseKeyRing(ring));
  const catalogue = loadCatalogue();
  const state = {
    now: Date.parse('2026-11-24T09:00:00Z'),
    answer: { kind: 'accepted', providerRef: 'p-1', code: null } as SendResult,
  };
  const clock = () => new Date(state.now);
  const sent: SendRequest[] = [];
  const waiting: TopicMessages[] = [];
  const topics = topicNames(dbName.replaceAll('_', '-'));
  const producer = { send: async (batch: TopicMessages[]) => void waiting.push(...batch), stop: async () => {} };
  const shared = { ledger, producer, topics, catalogue, sealer, metrics: createMetrics(), clock, timing: TIMING };
  const controls = createControlReader(ledger, { maxAgeMs: 0 });
  const portal = { name: { en: 'NotifyMe', ar: 'أبلغني' }, host: 'notifyme.bh.example' };
  const provider = {
    name: 'sns',
    channel: 'sms' as const,
    send: async (request: SendRequest) => {
      sent.push(request);
      return state.answer;
    },
    close: async () => {},
  };
  const channel: ChannelDeps = {
    ...shared,
    ...{ controls, blind },
    ...{ channel: 'sms', provider, simulator: provider, random: () => 0.5, staleAfterMs: STALE_MS },
    renderer: createRenderer({ dir: join(ROOT, 'templates'), catalogue, portal }),
    settleMs: { sms: 0, email: 0, push: 0 },
    limit: pLimit(4),
    unsubscribeUrl: () => 'https://notifyme.bh.example/u',
  };
  const data = sealer.seal(JSON.stringify(JSON.parse(readFileSync(EXAMPLE, 'utf8')).data), 'data');

  return {
    ...{ uri, dbName, ledger, ring, sealer, catalogue, state, clock, sent, topics },
    tools: {
      ...{
        ledger,
        catalogue,
        clock,
        foresee: createForesee({ ledger, catalogue, staleAfterMs: STALE_MS, sealer, blind, providers: PROVIDERS }),
      },
      rules: { countFrom: 100, approvalAbove: 10_000, perSecond: 10_000 },
      letters: { sealer, producer: async () => producer },
    },
    /** A person, a notice and its failed SMS, numbered; ids are `d_000...n` and so on. */
    seed: (number: number, seed: Seed = {}) =>
      insert(ledger, number, seed, { data, address: sealer.seal('+97336001234', 'address') }),
    delivery: async (number: number) => (await ledger.deliveries.findOne({ _id: idOf('d', number) }).lean<Delivery>())!,
    /** The scheduler finds what is due, the worker sends it. */
    async work() {
      await scheduleOnce(shared);
      const messages = waiting.splice(0).flatMap(({ topic, messages: values }) =>
        values.map(({ value }, n) => ({
          ...{ topic, partition: 0, offset: String(n), key: null, headers: {}, at: clock() },
          value: Buffer.from(value ?? ''),
        })),
      );
      await deliverBatch(messages, channel);
    },
    async clear() {
      sent.length = 0;
      state.now = Date.parse('2026-11-24T09:00:00Z');
      state.answer = { kind: 'accepted', providerRef: 'p-1', code: null };
      for (const name of ['deliveries', 'notifications', 'subscribers', 'replay_jobs', 'replay_items']) {
        await ledger.connection.collection(name).deleteMany({});
      }
    },
    async stop() {
      await ledger.connection.dropDatabase();
      await ledger.close();
    },
  };
}

export const idOf = (prefix: string, number: number): string => `${prefix}_${String(number).padStart(32, '0')}`;

async function insert(ledger: Ledger, number: number, seed: Seed, sealed: { data: string; address: string }) {
  const ids = { subscriberId: idOf('s', number), notificationId: idOf('n', number), contactId: idOf('c', number) };
  const contact = sampleContact({ id: ids.contactId, address: sealed.address });
  const { notificationId, subscriberId } = ids;
  const failed = {
    status: 'failed',
    reason: 'provider_unavailable',
    provider: 'sns',
    segments: 2,
    dueAt: null,
  } as const;
  const delivery = sampleDelivery({ _id: idOf('d', number), ...ids, ...failed, ...seed.delivery });
  const { expiresAt, type, entity } = delivery;
  const same = { expiresAt, type, entity, data: sealed.data };
  await ledger.subscribers.collection.insertOne(
    sampleSubscriber({ _id: subscriberId, contacts: [contact], ...seed.subscriber }) as never,
  );
  await ledger.notifications.collection.insertOne(
    sampleNotification({ _id: notificationId, subscriberId, ...same, ...seed.notification }) as never,
  );
  await ledger.deliveries.collection.insertOne(delivery as never);
}
